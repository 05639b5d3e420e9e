package recovery.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static recovery.core.error.ErrorCode.MEDIA_UNSUPPORTED;
import static recovery.core.error.ErrorCode.REQUEST_UNUSABLE;
import static recovery.core.error.RecoveryException.problem;

import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.Arrays;
import java.util.Optional;
import org.apache.commons.fileupload2.core.FileItemHeaders;
import org.apache.commons.fileupload2.core.FileUploadSizeException;
import org.apache.commons.fileupload2.core.MultipartInput;
import org.apache.commons.fileupload2.core.MultipartInput.MalformedStreamException;
import org.apache.commons.fileupload2.jakarta.servlet6.JakartaServletFileUpload;
import recovery.core.error.RecoveryException;

/** Reads a {@code multipart/form-data} body in one pass: its file goes to the store, its fields into a map. */
final class Multipart {
    private static final int BUFFER = 128 * 1024;
    /** The default of 512 bytes turns a long file name into an error. */
    private static final int LONGEST_HEADER = 16 * 1024;

    /** Fields in their order, and the file if there was one. */
    record Content(Fields fields, Optional<Upload> upload) {
        /** The fields of a request that must not bring a backup. */
        Fields withoutUpload(UploadStore store) {
            if (upload.isPresent()) {
                store.remove(upload.get());
                fields.close();
                throw problem(REQUEST_UNUSABLE, "a file is of no use here")
                        .remedy("Send it to '/backups' or '/emergency-restore'.");
            }
            return fields;
        }
    }

    private final UploadStore store;
    private final JakartaServletFileUpload<?, ?> headers = new JakartaServletFileUpload<>();

    Multipart(UploadStore store) {
        this.store = store;
        headers.setHeaderCharset(UTF_8);
    }

    /** What was stored is removed again if the rest of the body is unusable. */
    Content read(String contentType, InputStream body) {
        byte[] boundary = headers.getBoundary(contentType);
        if (boundary == null) {
            throw problem(MEDIA_UNSUPPORTED, "the multipart body has no boundary")
                    .remedy("Let the client set the header Content-Type, it knows the boundary.");
        }
        Reading reading = new Reading();
        boolean whole = false;
        try {
            MultipartInput parts = MultipartInput.builder()
                    .setInputStream(body)
                    .setBufferSize(BUFFER)
                    .setBoundary(boundary)
                    .setMaxPartHeaderSize(LONGEST_HEADER)
                    .get();
            parts.setHeaderCharset(UTF_8);
            for (boolean more = parts.skipPreamble(); more; more = parts.readBoundary()) {
                reading.take(parts);
            }
            whole = true;
        } catch (FileUploadSizeException e) {
            throw problem(REQUEST_UNUSABLE, "the header of a part is longer than %d bytes", LONGEST_HEADER)
                    .causedBy(e)
                    .remedy("Give the file a shorter name.");
        } catch (IOException e) {
            throw UploadStore.cutOff(e);
        } finally {
            if (!whole) {
                reading.upload.ifPresent(store::remove);
                reading.fields.close();
            }
        }
        return new Content(reading.fields, reading.upload);
    }

    private final class Reading {
        private final Fields fields = new Fields();
        private Optional<Upload> upload = Optional.empty();

        void take(MultipartInput parts) throws IOException {
            FileItemHeaders header = header(parts);
            String field = headers.getFieldName(header);
            String file = headers.getFileName(header);
            try (InputStream content = parts.newInputStream()) {
                if (field != null && Fields.isSecret(field) && (file == null || Fields.isPrivateKey(field))) {
                    takeSecret(field, content);
                } else if (file == null) {
                    takeField(field == null ? "" : field, content);
                } else {
                    takeFile(file, content);
                }
            }
        }

        private FileItemHeaders header(MultipartInput parts) throws IOException {
            try {
                return headers.getParsedHeaders(parts.readHeaders());
            } catch (MalformedStreamException e) {
                throw UploadStore.cutOff(e);
            }
        }

        private void takeField(String name, InputStream content) throws IOException {
            byte[] value = content.readNBytes(Fields.LONGEST + 1);
            if (value.length > Fields.LONGEST) {
                throw Fields.tooLong();
            }
            fields.add(name, new String(value, UTF_8));
        }

        /** A key may come as a file; it is not stored and no backup. */
        private void takeSecret(String name, InputStream content) throws IOException {
            byte[] value = new byte[Fields.LARGEST_SECRET + 1];
            try {
                int length = content.readNBytes(value, 0, value.length);
                if (length > Fields.LARGEST_SECRET) {
                    throw Fields.tooLong();
                }
                fields.addSecret(name, Arrays.copyOf(value, length));
            } finally {
                Arrays.fill(value, (byte) 0);
            }
        }

        private void takeFile(String file, InputStream content) throws IOException {
            PushbackInputStream bytes = new PushbackInputStream(content);
            int first = bytes.read();
            if (first < 0 && file.isEmpty()) {
                return; // what browsers send for a file field in which nothing was chosen
            }
            if (first >= 0) {
                bytes.unread(first);
            }
            if (upload.isPresent()) {
                throw secondFile();
            }
            upload = Optional.of(store.receive(file, bytes));
        }

        private RecoveryException secondFile() {
            return problem(REQUEST_UNUSABLE, "the request holds more than one file")
                    .remedy("Send one backup at a time.");
        }
    }
}

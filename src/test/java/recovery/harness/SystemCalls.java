package recovery.harness;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a program did to files, as strace saw it. Failed calls are left out; text and bytes are one byte per character. */
public final class SystemCalls {
    private static final Pattern CALL = Pattern.compile("(\\d+) +(\\w+)\\((.*)\\) += +(\\S+).*", Pattern.DOTALL);
    private static final Pattern HALF =
            Pattern.compile("(\\d+) +(\\w+)\\((.*?),? *<unfinished \\.\\.\\.>", Pattern.DOTALL);
    private static final Pattern REST =
            Pattern.compile("(\\d+) +<\\.\\.\\. (\\w+) resumed>(.*)\\) += +(\\S+).*", Pattern.DOTALL);
    private static final Pattern ARGUMENT = Pattern.compile("\"((?:\\\\x[0-9a-f]{2})*)\"|(\\w+)<([^>]*)>|([^,\"<>]+)");

    private SystemCalls() {}

    /** The program that records all that follows it on its command line into {@code file}. */
    public static String[] recordingInto(Path file) {
        return new String[] {
            "strace",
            "-f",
            "-qq",
            "-y",
            "-xx",
            "-s",
            "100000000",
            "--seccomp-bpf",
            "-o",
            file.toString(),
            "-e",
            "trace=openat,write,pwrite64,ftruncate,lseek,rename,renameat,renameat2,link,linkat,unlink,unlinkat,fsync,"
                    + "fdatasync,mkdir,copy_file_range,sendfile,fallocate"
        };
    }

    /**
     * @param texts the strings among the arguments: paths and content
     * @param descriptor the first open file among them, or the one that was opened; -1 if there is none
     * @param path its path
     * @param rest all other arguments
     */
    public record Call(String name, List<byte[]> texts, int descriptor, String path, List<String> rest, long result) {
        String text(int index) {
            return new String(texts.get(index), ISO_8859_1);
        }
    }

    /** In the order in which they ended. */
    public static List<Call> read(Path file) {
        List<Call> calls = new ArrayList<>();
        Map<String, String> begun = new HashMap<>();
        try {
            for (String line : Files.readAllLines(file, ISO_8859_1)) {
                Matcher half = HALF.matcher(line);
                Matcher rest = REST.matcher(line);
                Matcher whole = CALL.matcher(line);
                if (half.matches()) {
                    begun.put(half.group(1) + half.group(2), half.group(3));
                } else if (rest.matches()) {
                    String arguments = begun.remove(rest.group(1) + rest.group(2));
                    add(calls, rest.group(2), arguments + "," + rest.group(3), rest.group(4));
                } else if (whole.matches()) {
                    add(calls, whole.group(2), whole.group(3), whole.group(4));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return calls;
    }

    private static void add(List<Call> calls, String name, String arguments, String result) {
        if (result.startsWith("-") || result.startsWith("?")) {
            return;
        }
        List<byte[]> texts = new ArrayList<>();
        List<String> rest = new ArrayList<>();
        int descriptor = -1;
        String path = "";
        Matcher argument = ARGUMENT.matcher(arguments);
        while (argument.find()) {
            if (argument.group(1) != null) {
                texts.add(bytes(argument.group(1)));
            } else if (argument.group(2) == null) {
                rest.add(argument.group(4).strip());
            } else if (argument.group(2).matches("\\d+") && descriptor < 0) {
                descriptor = Integer.parseInt(argument.group(2));
                path = text(argument.group(3));
            }
        }
        Matcher opened = ARGUMENT.matcher(result);
        if (name.equals("openat") && opened.find() && opened.group(2) != null) {
            descriptor = Integer.parseInt(opened.group(2));
            path = text(opened.group(3));
        }
        long number = Long.parseLong(result.replaceFirst("<.*", ""));
        rest.removeIf(String::isEmpty);
        calls.add(new Call(name, texts, descriptor, path, rest, number));
    }

    /** Paths of descriptors are escaped or not, as strace likes. */
    private static String text(String escaped) {
        return escaped.startsWith("\\x") ? new String(bytes(escaped), ISO_8859_1) : escaped;
    }

    private static byte[] bytes(String escaped) {
        byte[] bytes = new byte[escaped.length() / 4];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) Integer.parseInt(escaped.substring(4 * i + 2, 4 * i + 4), 16);
        }
        return bytes;
    }
}

package recovery.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import recovery.core.restore.LoadSettings;
import recovery.report.ReportJson;

/** A started server on a free port, and clients for it: a decent one, and one that sends whatever a test likes. */
final class TestServer implements AutoCloseable {
    static final ObjectMapper JSON = ReportJson.configure(new ObjectMapper());
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    final RecoveryServer server;

    TestServer(Restores restores) {
        this(settings(Optional.empty()), restores);
    }

    TestServer(WebSettings settings, Restores restores) {
        server = new RecoveryServer(settings, restores, JSON, 1_000);
        server.start();
    }

    static WebSettings settings(Optional<char[]> token) {
        return new WebSettings(
                "127.0.0.1",
                0,
                token,
                List.of("recovery.example"),
                1_000_000,
                LoadSettings.NONE,
                "1.2.3",
                false,
                Path.of("logs/recovery.log"));
    }

    String url(String path) {
        return "http://127.0.0.1:" + server.port() + path;
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(url(path))).timeout(Duration.ofSeconds(20));
    }

    HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString(UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    HttpResponse<String> get(String path) {
        return send(request(path).GET());
    }

    HttpResponse<String> post(String path, String type, String body) {
        return send(request(path).header("Content-Type", type).POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    HttpResponse<String> postJson(String path, String body) {
        return post(path, "application/json", body);
    }

    static JsonNode json(HttpResponse<String> response) {
        try {
            return JSON.readTree(response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends these very bytes and returns all that comes back. */
    String raw(String... parts) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", server.port())) {
            for (String part : parts) {
                socket.getOutputStream().write(part.getBytes(UTF_8));
                socket.getOutputStream().flush();
            }
            socket.shutdownOutput();
            socket.setSoTimeout(10_000);
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            InputStream in = socket.getInputStream();
            in.transferTo(answer);
            return answer.toString(UTF_8);
        }
    }

    /** A multipart body of parts that are {@code name=value} or {@code name@file=content}. */
    static String multipart(String... parts) {
        StringBuilder body = new StringBuilder();
        for (String part : parts) {
            String head = part.substring(0, part.indexOf('='));
            String content = part.substring(part.indexOf('=') + 1);
            int at = head.indexOf('@');
            body.append("--XX\r\nContent-Disposition: form-data; name=\"")
                    .append(at < 0 ? head : head.substring(0, at))
                    .append('"');
            if (at >= 0) {
                body.append("; filename=\"").append(head.substring(at + 1)).append('"');
                body.append("\r\nContent-Type: application/octet-stream");
            }
            body.append("\r\n\r\n").append(content).append("\r\n");
        }
        return body + "--XX--\r\n";
    }

    HttpResponse<String> upload(String path, String... parts) {
        return post(path, "multipart/form-data; boundary=XX", multipart(parts));
    }

    @Override
    public void close() {
        server.close();
    }
}

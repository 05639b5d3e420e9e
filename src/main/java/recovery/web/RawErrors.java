package recovery.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/** Answers what never gets to a route, because it is no request that HTTP allows. */
final class RawErrors extends ErrorHandler {
    private static final String BODY = "{\"success\":false,\"error\":\"the request is not understood\","
            + "\"code\":\"REQUEST_UNUSABLE\",\"details\":{\"remedies\":[\"Send a well-formed HTTP/1.1 request.\"]}}";

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
        response.write(true, ByteBuffer.wrap(BODY.getBytes(UTF_8)), callback);
        return true;
    }
}

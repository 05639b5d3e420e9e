package recovery.appcontrol;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import recovery.core.target.DumpTool;

/** A process that was started here, what it says on standard error being read beside it. */
final class Child implements DumpTool.Run {
    private static final int MOST_SAID = 4000;

    private final Process process;
    private final Thread listener;
    private byte[] said = {};

    Child(Process process) {
        this.process = process;
        listener = new Thread(this::listen, "child-said");
        listener.setDaemon(true);
        listener.start();
    }

    private void listen() {
        byte[] buffer = new byte[4096];
        try (InputStream errors = process.getErrorStream()) {
            for (int count = errors.read(buffer); count >= 0; count = errors.read(buffer)) {
                add(buffer, count);
            }
        } catch (IOException killed) {
            add("(its output was cut off)".getBytes(UTF_8), 24);
        }
    }

    /** The end says more than the beginning. */
    private synchronized void add(byte[] more, int count) {
        byte[] all = Arrays.copyOf(said, said.length + count);
        System.arraycopy(more, 0, all, said.length, count);
        said = Arrays.copyOfRange(all, Math.max(0, all.length - MOST_SAID), all.length);
    }

    @Override
    public InputStream output() {
        return process.getInputStream();
    }

    @Override
    public int await() throws InterruptedException {
        int code = process.waitFor();
        listener.join();
        return code;
    }

    @Override
    public synchronized String said() {
        return new String(said, UTF_8).strip().replaceAll("\\s*[\\r\\n]+\\s*", "; ");
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}

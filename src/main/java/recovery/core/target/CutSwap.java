package recovery.core.target;

import java.time.Instant;

/**
 * A swap whose process died in it, as its journal tells.
 *
 * @param incoming what was to take the live name
 * @param keepLiveAs the name for what was live; empty if there was nothing
 * @param since when the swap was about to begin: nothing was written into the incoming one later
 */
public record CutSwap(String incoming, String keepLiveAs, Instant since) {}

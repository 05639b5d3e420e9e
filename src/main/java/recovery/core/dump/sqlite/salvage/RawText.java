package recovery.core.dump.sqlite.salvage;

/**
 * A text whose bytes are not valid in the encoding of the database, so that only the bytes can say what it is.
 *
 * @param bytes not to be changed
 */
@SuppressWarnings("ArrayRecordComponent")
public record RawText(byte[] bytes) {}

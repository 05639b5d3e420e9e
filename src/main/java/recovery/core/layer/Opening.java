package recovery.core.layer;

/**
 * With what a backup is opened.
 *
 * @param cancellation checked at every read of the file
 * @param secrets for encrypted layers; stay with the caller, who wipes them when nothing is read any more
 */
public record Opening(Cancellation cancellation, Secrets secrets, Limits limits) {
    public static Opening of(Cancellation cancellation) {
        return of(cancellation, Secrets.none());
    }

    public static Opening of(Cancellation cancellation, Secrets secrets) {
        return new Opening(cancellation, secrets, Limits.GENEROUS);
    }
}

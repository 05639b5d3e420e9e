package recovery.core.layer.openpgp;

import java.util.Collection;
import java.util.stream.Collectors;
import org.bouncycastle.bcpg.KeyIdentifier;

/** Key ids as gpg prints them. */
final class KeyIds {
    private KeyIds() {}

    /** 16 hexadecimal digits. */
    static String text(KeyIdentifier key) {
        return "%016X".formatted(key.getKeyId());
    }

    static String text(Collection<KeyIdentifier> keys) {
        return keys.stream().map(KeyIds::text).distinct().collect(Collectors.joining(", "));
    }
}

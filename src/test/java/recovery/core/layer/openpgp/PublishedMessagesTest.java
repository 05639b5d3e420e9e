package recovery.core.layer.openpgp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static recovery.core.layer.openpgp.Messages.key;
import static recovery.core.layer.openpgp.Messages.passphrase;
import static recovery.core.layer.openpgp.Messages.read;
import static recovery.core.layer.openpgp.Messages.sample;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The sample messages of RFC 9580 (appendix A) and of draft-koch-openpgp-2015-rfc4880bis, which others wrote. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PublishedMessagesTest {
    @ParameterizedTest
    @ValueSource(strings = {"eax", "ocb", "gcm"})
    void opensTheAuthenticatedOnes(String mode) throws Exception {
        assertThat(read(sample("rfc9580-" + mode + ".asc"), passphrase("password")))
                .asString(UTF_8)
                .isEqualTo("Hello, world!");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "c33e0507010308cd5a9f70fbe0bc6590bc669e34e500dcaedc5b32aa2dab02359dee19d07c3446c4312a34ae1967a2fb7e928ea5"
                        + "b4fa8012bd456d1738c63c36d44a0107010eb732379f73c4928de25facfe6517ec105dc11a81dc0cb8a2f6f3d90016384a"
                        + "56fc821ae11ae8dbcb49862655dea88d06a81486801b0ff387bd2eab013de1259586906eab2476",
                "c33d05070203089f0b7da3e5ea64779099e326e5400a90936cefb4e8eba08c6773716d1f2714540a38fcac529949dac529d3de31"
                        + "e15b4aeb729e330033dbedd4490107020e5ed2bc1e470abe8f1d644c7a6c8a567b0f7701196611a154ba9c2574cd056284"
                        + "a8ef68035c623d93cc708a43211bb6eaf2b27f7c18d571bcd83b20add3a08b73af15b9a098"
            })
    void opensTheOnesOfNewGpg(String message) throws Exception {
        assertThat(read(HexFormat.of().parseHex(message), passphrase("password")))
                .asString(UTF_8)
                .isEqualTo("Hello, world!\n");
    }

    @Test
    void opensTheOneForAnX25519Key() throws Exception {
        assertThat(read(sample("rfc9580-x25519.asc"), key("rfc9580-private-key.asc", "")))
                .asString(UTF_8)
                .isEqualTo("Hello, world!");
    }

    @Test
    void takesNoMoreMemoryThanThereIsBecauseAMessageOrKeySaysSo() {
        String wants = "'shop.gpg' or its key says that 2048 MB of memory are needed to try a passphrase (Argon2), more"
                + " than this program may take";
        assertThatThrownBy(() -> read(sample("rfc9580-argon2.asc"), passphrase("password")))
                .hasMessage(wants);
        assertThatThrownBy(() -> read(sample("rfc9580-x25519.asc"), key("rfc9580-locked-private-key.asc", "x")))
                .hasMessage(wants);
    }
}

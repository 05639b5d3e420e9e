#!/bin/sh
# Makes the keys of this folder once more; only this needs gpg. Keys and passphrases are for tests only and protect nothing.
# sample-*-private-key.asc: 'sample passphrase' and none; locked-private-key.asc: 'other passphrase'; keys-private-key.asc: none.
# shop-pg15-symmetric.dump.gpg: 'sample passphrase'. rfc9580-*.asc: the samples of RFC 9580, appendix A.4 to A.12.
set -e
cd "$(dirname "$0")"
GNUPGHOME=$(mktemp -d)
export GNUPGHOME
echo 's2k-count 2048' > "$GNUPGHOME/gpg-agent.conf"
trap 'gpgconf --kill all; rm -r "$GNUPGHOME"' EXIT
run() { gpg --batch --quiet --pinentry-mode loopback --s2k-count 2048 "$@"; }
fingerprint() { gpg --list-keys --with-colons "$1@example.org" | awk -F: '/^fpr/ { print $10; exit }'; }

for curve in nistp256 nistp384 nistp521 brainpoolP256r1; do
    run --passphrase '' --quick-generate-key "$curve <$curve@example.org>" "$curve" sign never
    run --passphrase '' --quick-add-key "$(fingerprint $curve)" "$curve" encr never
done
run --passphrase '' --quick-generate-key "rsa2048 <rsa2048@example.org>" rsa2048 default never
run --passphrase '' --quick-add-key "$(fingerprint rsa2048)" rsa2048 encr never
run --generate-key <<END
%no-protection
Key-Type: DSA
Key-Length: 1024
Subkey-Type: ELG-E
Subkey-Length: 1024
Name-Real: elgamal
Name-Email: elgamal@example.org
Expire-Date: 0
%commit
END
run --passphrase '' --armor --export-secret-keys > keys-private-key.asc
run --passphrase 'other passphrase' --quick-generate-key "locked <locked@example.org>" future-default default never
run --passphrase 'other passphrase' --armor --export-secret-keys locked > locked-private-key.asc

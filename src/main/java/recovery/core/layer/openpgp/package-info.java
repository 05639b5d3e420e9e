/** The OpenPGP layer (RFC 9580 and what gpg adds to it): from an encrypted message and its secrets to the content. */
package recovery.core.layer.openpgp;

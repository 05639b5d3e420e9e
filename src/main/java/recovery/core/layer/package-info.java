/** The layers around a dump: counting, cancelling and decompressing its bytes. */
package recovery.core.layer;

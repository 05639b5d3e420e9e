/** The verdict on a copy, from what was read and what was measured. */
package recovery.core.verify;

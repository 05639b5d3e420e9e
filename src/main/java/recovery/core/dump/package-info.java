/** What a backup holds, as parts in the order of the file; the readers of scripts share one buffer. */
package recovery.core.dump;

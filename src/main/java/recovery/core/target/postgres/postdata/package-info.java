/** What statements after the rows need and lock, so that they can run beside each other. Runs nothing. */
package recovery.core.target.postgres.postdata;

/** Plan, restore, undo: the order of the steps, their journal and their report. */
package recovery.core.restore;

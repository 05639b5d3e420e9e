package recovery.core.target.postgres.tasks;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import recovery.core.target.postgres.postdata.Claim;

/**
 * A piece of work of a {@link TaskGraph}. What changes in it is guarded by its graph.
 *
 * @param <J> what is to be done
 */
public final class Task<J> {
    private final J job;
    private final Map<String, Claim> claims;
    private final long number;
    private final double weight;
    private final boolean divisible;
    private final List<Task<J>> followers = new ArrayList<>();
    private final List<Task<J>> leaders = new ArrayList<>();
    private int workers;
    private double behind;
    private double rank;
    private boolean usedUp;

    Task(J job, Map<String, Claim> claims, long number, double weight, boolean divisible) {
        this.job = job;
        this.claims = claims;
        this.number = number;
        this.weight = weight;
        this.divisible = divisible;
    }

    public J job() {
        return job;
    }

    /** How much work it is, compared with others. */
    public double weight() {
        return weight;
    }

    /** Counted in the order in which the tasks were added. */
    public long number() {
        return number;
    }

    /** Its own work and the longest way of what waits for it. */
    public double urgency() {
        return weight + behind;
    }

    double rank() {
        return rank;
    }

    void rank(double newRank) {
        rank = newRank;
    }

    Map<String, Claim> claims() {
        return claims;
    }

    /** How this one stands to one that was added later. */
    Claim.Relation to(Task<J> later) {
        Claim.Relation strictest = Claim.Relation.FREE;
        for (Map.Entry<String, Claim> claim : claims.entrySet()) {
            Claim other = later.claims.get(claim.getKey());
            if (other != null) {
                Claim.Relation relation = claim.getValue().to(other);
                strictest = relation.compareTo(strictest) > 0 ? relation : strictest;
            }
        }
        return strictest;
    }

    /** {@code later} waits for this one. */
    void holdUp(Task<J> later) {
        followers.add(later);
        later.leaders.add(this);
    }

    /** Those it waits for. */
    List<Task<J>> leaders() {
        return leaders;
    }

    /** What waits for it has grown by {@code later}; whether that makes it more urgent. */
    boolean raise(Task<J> later) {
        boolean higher = later.urgency() > behind;
        behind = higher ? later.urgency() : behind;
        return higher;
    }

    boolean isReady() {
        return leaders.isEmpty() && workers == 0 && !usedUp;
    }

    /** Another worker may help. */
    boolean takesHelp() {
        return divisible && workers > 0 && !usedUp;
    }

    void taken() {
        workers++;
    }

    /** One worker has left it, and there is nothing more to begin; true if it is complete with that. */
    boolean left() {
        usedUp = true;
        workers--;
        return workers == 0;
    }

    boolean isUsedUp() {
        return usedUp;
    }

    void useUp() {
        usedUp = true;
    }

    /** The tasks that need not wait any more now that this one is complete. */
    List<Task<J>> release() {
        List<Task<J>> ready = new ArrayList<>();
        for (Task<J> follower : followers) {
            follower.leaders.remove(this);
            if (follower.leaders.isEmpty()) {
                ready.add(follower);
            }
        }
        followers.clear();
        return ready;
    }

    @Override
    public String toString() {
        return "task " + number + ": " + job;
    }
}

package recovery.core.target.postgres.tasks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import recovery.core.target.postgres.postdata.Claim;

/** Any work on a few names, done by several threads: nothing meets what it must not meet, and everything is done. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ManyWorkersTest {
    private static final int ROUNDS = Integer.getInteger("recovery.test.rounds", 1) * 60;
    private static final List<String> NAMES = List.of("a", "b", "c", "d", "e");

    /** How many blocks it has, how many are taken, and who works on it now. */
    private static final class Piece {
        final int number;
        final Map<String, Claim> claims;
        final int blocks;
        final AtomicInteger taken = new AtomicInteger();
        final AtomicInteger done = new AtomicInteger();
        final AtomicInteger workers = new AtomicInteger();

        Piece(int number, Map<String, Claim> claims, int blocks) {
            this.number = number;
            this.claims = claims;
            this.blocks = blocks;
        }

        boolean isDone() {
            return done.get() == blocks && workers.get() == 0;
        }

        /** Written again here, so that it is not the code under test that judges itself. */
        Claim.Relation to(Piece later) {
            Claim.Relation strictest = Claim.Relation.FREE;
            for (String name : NAMES) {
                if (claims.containsKey(name) && later.claims.containsKey(name)) {
                    Claim.Relation one = claims.get(name).to(later.claims.get(name));
                    strictest = one.ordinal() > strictest.ordinal() ? one : strictest;
                }
            }
            return strictest;
        }

        @Override
        public String toString() {
            return number + " " + claims;
        }
    }

    private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
    private List<Piece> pieces = List.of();

    private static Map<String, Claim> claims(Random random) {
        Map<String, Claim> claims = new HashMap<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            claims.put(NAMES.get(random.nextInt(NAMES.size())), Claim.values()[random.nextInt(Claim.values().length)]);
        }
        return claims;
    }

    @Test
    void doesEverythingAndNothingTogetherThatMustNotBe() throws Exception {
        long seed = Long.getLong("recovery.test.seed", System.nanoTime());
        for (int round = 0; round < ROUNDS; round++) {
            runs(seed + round);
        }
    }

    private void runs(long seed) throws InterruptedException {
        Random random = new Random(seed);
        Order order = random.nextBoolean() ? Order.longestFirst() : Order.shuffled(seed);
        TaskGraph<Piece> graph = new TaskGraph<>(order);
        pieces = IntStream.range(0, 5 + random.nextInt(80))
                .mapToObj(i -> new Piece(i, claims(random), random.nextInt(3) == 0 ? random.nextInt(6) : 1))
                .toList();
        List<Thread> threads = new ArrayList<>();
        for (int i = 1 + random.nextInt(7); i > 0; i--) {
            Thread thread = new Thread(() -> work(graph));
            thread.setDaemon(true);
            thread.start();
            threads.add(thread);
        }
        for (Piece piece : pieces) {
            Task<Piece> task = graph.add(piece, piece.claims, random.nextInt(20), piece.blocks != 1);
            if (random.nextInt(10) == 0) {
                assertThat(graph.awaitUsedUp(task, 30_000)).as("seed %d", seed).isTrue();
            }
            if (random.nextInt(20) == 0) {
                assertThat(graph.awaitAtMost(random.nextInt(3), 30_000))
                        .as("seed %d", seed)
                        .isTrue();
            }
        }
        assertThat(graph.awaitAtMost(0, 30_000)).as("seed %d", seed).isTrue();
        graph.close();
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(graph.failure()).as("seed %d", seed).isEmpty();
        assertThat(wrong).as("seed %d", seed).isEmpty();
        assertThat(pieces).as("seed %d", seed).allMatch(Piece::isDone);
    }

    private void work(TaskGraph<Piece> graph) {
        try {
            for (Optional<Task<Piece>> next = graph.take(); next.isPresent(); next = graph.take()) {
                Task<Piece> task = next.get();
                Piece piece = task.job();
                piece.workers.incrementAndGet();
                look(piece);
                for (int block = piece.taken.incrementAndGet();
                        block <= piece.blocks;
                        block = piece.taken.incrementAndGet()) {
                    if (block == piece.blocks) {
                        graph.usedUp(task);
                    }
                    Thread.yield();
                    look(piece);
                    piece.done.incrementAndGet();
                }
                piece.workers.decrementAndGet();
                graph.done(task);
            }
        } catch (InterruptedException | RuntimeException e) {
            graph.fail(e);
        }
    }

    /** Nobody may be at work beside whom this one cannot be, and all must be done that has to come before. */
    private void look(Piece piece) {
        for (Piece other : pieces) {
            if (other == piece) {
                continue;
            }
            Claim.Relation relation = other.number < piece.number ? other.to(piece) : piece.to(other);
            if (relation != Claim.Relation.FREE && other.workers.get() > 0) {
                wrong.add("%s while %s is at work: %s".formatted(piece, other, relation));
            }
            if (relation == Claim.Relation.ORDERED && other.number < piece.number && !other.isDone()) {
                wrong.add("%s before %s is done".formatted(piece, other));
            }
            if (relation == Claim.Relation.ORDERED && other.number > piece.number && other.done.get() > 0) {
                wrong.add("%s after %s has begun".formatted(piece, other));
            }
        }
    }
}

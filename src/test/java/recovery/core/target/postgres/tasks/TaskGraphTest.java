package recovery.core.target.postgres.tasks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import recovery.core.target.postgres.postdata.Claim;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TaskGraphTest {
    private static final long LONG_MILLIS = 20_000;

    private final TaskGraph<String> graph = new TaskGraph<>(Order.longestFirst());

    private Task<String> add(String job, double weight, Map<String, Claim> claims) {
        return graph.add(job, claims, weight, false);
    }

    private Task<String> add(String job, Claim claim) {
        return add(job, 1, Map.of("t", claim));
    }

    private Task<String> rows(String job, double weight, Map<String, Claim> claims) {
        return graph.add(job, claims, weight, true);
    }

    private Task<String> taken() throws InterruptedException {
        return graph.take().orElseThrow();
    }

    /** What workers could begin now if none of them ended; nothing waits for a task when the graph is closed. */
    private List<String> all(int workers) throws Exception {
        List<String> taken = new ArrayList<>();
        for (int i = 0; i < workers; i++) {
            taken.add(taken().job());
        }
        return taken;
    }

    private CompletableFuture<Optional<Task<String>>> takenLater() {
        CompletableFuture<Optional<Task<String>>> result = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                result.complete(graph.take());
            } catch (InterruptedException e) {
                result.completeExceptionally(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
        while (!result.isDone() && thread.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        return result;
    }

    @Test
    void handsOutInTheirOrderWhatIsEquallyUrgent() throws Exception {
        add("first", 1, Map.of());
        add("second", 1, Map.of());
        add("third", 1, Map.of());

        assertThat(all(3)).containsExactly("first", "second", "third");
    }

    @Test
    void handsOutTheLongestFirst() throws Exception {
        add("small", 1, Map.of());
        add("large", 9, Map.of());
        add("middle", 5, Map.of());

        assertThat(all(3)).containsExactly("large", "middle", "small");
    }

    @Test
    void countsWhatWaitsForATask() throws Exception {
        add("alone", 5, Map.of());
        add("rows", 1, Map.of("t", Claim.COPY));
        add("index", 7, Map.of("t", Claim.BUILD, "i", Claim.ALONE));

        assertThat(all(2)).containsExactly("rows", "alone");
    }

    @Test
    void countsTheLongestWayOfWhatWaits() throws Exception {
        add("alone", 8, Map.of());
        add("rows", 1, Map.of("t", Claim.COPY));
        add("index", 4, Map.of("t", Claim.BUILD, "i", Claim.ALONE));
        add("constraint", 5, Map.of("i", Claim.ALONE));

        assertThat(all(2)).containsExactly("rows", "alone");
    }

    @Test
    void doesNotAddUpWhatMayRunBesideEachOther() throws Exception {
        add("alone", 8, Map.of());
        add("rows", 1, Map.of("t", Claim.COPY));
        add("index", 4, Map.of("t", Claim.BUILD, "i", Claim.ALONE));
        add("other index", 5, Map.of("t", Claim.BUILD, "j", Claim.ALONE));

        assertThat(all(2)).containsExactly("alone", "rows");
    }

    @Test
    void holdsBackWhatComesBehindInOrder() throws Exception {
        Task<String> rows = add("rows", Claim.COPY);
        add("index", Claim.BUILD);
        assertThat(taken()).isSameAs(rows);
        CompletableFuture<Optional<Task<String>>> index = takenLater();
        assertThat(index).isNotDone();

        graph.done(rows);
        assertThat(index.get(20, TimeUnit.SECONDS).orElseThrow().job()).isEqualTo("index");
    }

    @Test
    void keepsApartWhatMayComeInAnyOrder() throws Exception {
        Task<String> build = add("build", 1, Map.of("t", Claim.BUILD));
        Task<String> attach = add("attach", 2, Map.of("t", Claim.ATTACH));
        assertThat(taken()).as("the heavier one, although it was added later").isSameAs(attach);
        CompletableFuture<Optional<Task<String>>> other = takenLater();
        assertThat(other).isNotDone();

        graph.done(attach);
        assertThat(other.get(20, TimeUnit.SECONDS)).contains(build);
    }

    @Test
    void passesOverWhatMustWaitToWhatMayRun() throws Exception {
        add("attach", 3, Map.of("t", Claim.ATTACH));
        add("build", 2, Map.of("t", Claim.BUILD));
        add("elsewhere", 1, Map.of("u", Claim.BUILD));

        assertThat(all(2)).containsExactly("attach", "elsewhere");
    }

    @Test
    void letsFreeOnesRunTogether() throws Exception {
        add("one", Claim.BUILD);
        add("other", Claim.BUILD);

        assertThat(all(2)).containsExactly("one", "other");
    }

    @Test
    void takesTheStrictestOfSeveralClaims() throws Exception {
        add("one", 1, Map.of("t", Claim.BUILD, "i", Claim.ALONE, "x", Claim.MENTION));
        Task<String> other = add("other", 1, Map.of("t", Claim.BUILD, "i", Claim.ALONE, "x", Claim.MENTION));

        assertThat(taken()).isNotSameAs(other);
        assertThat(takenLater()).isNotDone();
    }

    @Test
    void sendsWorkersToHelpOnlyIfThereIsNothingToBegin() throws Exception {
        Task<String> rows = rows("rows", 9, Map.of("t", Claim.COPY));
        rows("others", 1, Map.of("u", Claim.COPY));
        assertThat(all(4)).containsExactly("rows", "others", "rows", "rows");

        graph.usedUp(rows);
        assertThat(taken().job()).isEqualTo("others");
    }

    @Test
    void sendsNobodyToHelpWithWhatCannotBeDivided() throws Exception {
        add("index", 9, Map.of());
        taken();
        CompletableFuture<Optional<Task<String>>> next = takenLater();
        assertThat(next).isNotDone();

        graph.close();
        assertThat(next.get(20, TimeUnit.SECONDS)).isEmpty();
    }

    @Test
    void isCompleteOnlyWhenTheLastHelperHasEnded() throws Exception {
        Task<String> rows = rows("rows", 9, Map.of("t", Claim.COPY));
        add("index", Claim.BUILD);
        all(3);
        graph.usedUp(rows);
        assertThat(graph.awaitUsedUp(rows, 0)).isTrue();
        CompletableFuture<Optional<Task<String>>> index = takenLater();

        graph.done(rows);
        graph.done(rows);
        assertThat(index).isNotDone();
        assertThat(graph.awaitAtMost(1, 0)).isFalse();
        graph.done(rows);
        assertThat(index.get(20, TimeUnit.SECONDS).orElseThrow().job()).isEqualTo("index");
        assertThat(graph.awaitAtMost(1, LONG_MILLIS)).isTrue();
        assertThat(graph.awaitAtMost(0, 0)).isFalse();
    }

    @Test
    void isUsedUpAlsoWhenAWorkerHasNotSaidSo() throws Exception {
        Task<String> rows = rows("rows", 9, Map.of("t", Claim.COPY));
        assertThat(graph.awaitUsedUp(rows, 0)).isFalse();
        graph.done(taken());

        assertThat(graph.awaitUsedUp(rows, 0)).isTrue();
        assertThat(graph.awaitAtMost(0, 0)).isTrue();
    }

    @Test
    void forgetsWhatIsDoneSoThatNothingWaitsForIt() throws Exception {
        Task<String> first = add("first", Claim.ALONE);
        graph.done(taken());
        Task<String> second = add("second", Claim.ALONE);

        assertThat(graph.take()).contains(second).isNotEqualTo(Optional.of(first));
    }

    @Test
    void handsOutNothingAfterAFailureAndWakesAllWhoWait() throws Exception {
        Task<String> rows = add("rows", Claim.COPY);
        add("index", Claim.BUILD);
        taken();
        CompletableFuture<Optional<Task<String>>> worker = takenLater();
        IllegalStateException first = new IllegalStateException("first");
        IllegalStateException second = new IllegalStateException("second");
        CountDownLatch waits = new CountDownLatch(1);
        CompletableFuture<Boolean> waiting = CompletableFuture.supplyAsync(() -> {
            waits.countDown();
            try {
                return graph.awaitAtMost(0, LONG_MILLIS);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        waits.await();
        graph.fail(first);
        graph.fail(second);
        graph.fail(first);

        assertThat(worker.get(20, TimeUnit.SECONDS)).isEmpty();
        assertThat(waiting.get(10, TimeUnit.SECONDS)).isTrue();
        assertThat(graph.failure()).containsSame(first);
        assertThat(first.getSuppressed()).containsExactly(second);
        graph.done(rows);
        assertThat(graph.take()).isEmpty();
    }

    @Test
    void sendsEverybodyHomeWhenItIsClosed() throws Exception {
        List<CompletableFuture<Optional<Task<String>>>> workers = List.of(takenLater(), takenLater(), takenLater());
        graph.close();

        for (CompletableFuture<Optional<Task<String>>> worker : workers) {
            assertThat(worker.get(20, TimeUnit.SECONDS)).isEmpty();
        }
        add("too late", Claim.ALONE);
        assertThat(graph.take()).isEmpty();
    }

    @Test
    void aShuffledOrderIsTheSameForOneSeedAndDifferentForOthers() throws Exception {
        List<List<String>> orders = new ArrayList<>();
        for (long seed : new long[] {1, 1, 2, 3, 4}) {
            TaskGraph<String> shuffled = new TaskGraph<>(Order.shuffled(seed));
            for (int i = 0; i < 10; i++) {
                shuffled.add("job " + i, Map.of(), i, false);
            }
            List<String> order = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                order.add(shuffled.take().orElseThrow().job());
            }
            orders.add(order);
        }

        assertThat(orders.get(0)).isEqualTo(orders.get(1));
        assertThat(orders.subList(1, 5)).doesNotHaveDuplicates();
        assertThat(orders).allSatisfy(order -> assertThat(order).doesNotHaveDuplicates());
    }

    @Test
    void everyRelationOfClaimsIsKept() throws Exception {
        for (Claim earlier : Claim.values()) {
            for (Claim later : Claim.values()) {
                TaskGraph<String> pair = new TaskGraph<>(Order.longestFirst());
                pair.add("earlier", Map.of("t", earlier), 1, false);
                pair.add("later", Map.of("t", later), 2, false);
                // one that is always free, for a second worker to find if the pair may not run together
                pair.add("free", Map.of(), 0, false);
                List<String> begun = List.of(
                        pair.take().orElseThrow().job(),
                        pair.take().orElseThrow().job());
                List<String> expected = switch (earlier.to(later)) {
                    case FREE -> List.of("later", "earlier");
                    case APART -> List.of("later", "free");
                    case ORDERED -> List.of("earlier", "free");
                };
                assertThat(begun).as("%s and %s", earlier, later).isEqualTo(expected);
            }
        }
        assertThat(Arrays.stream(Claim.values()).map(claim -> claim.to(Claim.ALONE)))
                .containsOnly(Claim.Relation.ORDERED);
    }
}

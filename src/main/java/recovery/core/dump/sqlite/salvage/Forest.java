package recovery.core.dump.sqlite.salvage;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import recovery.core.layer.Cancellation;

/**
 * Which page hangs where. Damage can make a page hang in two places: then it belongs where the pointer map says, else
 * where its rowids fit, and if that is not one place alone, to none. For one thread.
 */
final class Forest {
    private static final int MOST_CLAIMS = 200_000;

    private final Pages pages;
    private final int usable;
    private final PageKinds kinds;
    private final PointerMap map;
    private final Cancellation cancellation;
    private final BitSet claimed = new BitSet();
    private final BitSet contested = new BitSet();

    /** For every page that is contested how it was reached. */
    private final Map<Integer, List<Link>> claims = new HashMap<>();

    private final Map<Integer, Link> owners = new HashMap<>();
    private int claimCount;

    Forest(Pages pages, int usable, PageKinds kinds, PointerMap map, Cancellation cancellation) {
        this.pages = pages;
        this.usable = usable;
        this.kinds = kinds;
        this.map = map;
        this.cancellation = cancellation;
    }

    /** Whether the page exists and can belong to a b-tree of that family. */
    boolean isPossible(int page, boolean table) {
        return page >= 1
                && page <= pages.count()
                && !map.isReserved(page)
                && (table ? kinds.isTable(page) : kinds.isIndex(page));
    }

    boolean isLeaf(int page) {
        return !kinds.isInner(page);
    }

    /** The page, whatever it holds. */
    BtreePage page(int number) {
        return new BtreePage(number, pages.read(number), usable);
    }

    /** Pages that hang in some b-tree. */
    BitSet claimed() {
        return claimed;
    }

    /** Takes note of the b-trees with these roots; to be called once for all. */
    void plant(List<Integer> roots) {
        for (int pass = 0; pass < 2; pass++) {
            boolean lookForOthers = pass == 1;
            if (lookForOthers && contested.isEmpty()) {
                return;
            }
            BitSet seen = new BitSet();
            for (int root : roots) {
                if (root >= 1 && root <= pages.count()) {
                    walk(Link.root(root), seen, lookForOthers);
                }
            }
        }
        claims.forEach((page, links) -> owner(page, links).ifPresent(owner -> owners.put(page, owner)));
        claims.clear();
    }

    /** Finds out which pages are reached twice, and then by whom. */
    private void walk(Link root, BitSet seen, boolean gather) {
        boolean table = kinds.isTable(root.page());
        Deque<Link> open = new ArrayDeque<>(List.of(root));
        while (!open.isEmpty()) {
            Link link = open.pop();
            int page = link.page();
            if (!isPossible(page, table)) {
                continue;
            }
            if (gather && contested.get(page) && claimCount++ < MOST_CLAIMS) {
                claims.computeIfAbsent(page, none -> new ArrayList<>()).add(link);
            }
            if (seen.get(page)) {
                contested.set(page);
                continue;
            }
            seen.set(page);
            claimed.set(page);
            if (kinds.isInner(page)) {
                cancellation.check();
                link.below(page(page)).forEach(open::push);
            }
        }
    }

    private Optional<Link> owner(int page, List<Link> links) {
        OptionalInt parent = map.parentOf(page);
        List<Link> fitting = links;
        if (parent.isPresent()) {
            fitting = links.stream()
                    .filter(link -> link.parent() == parent.getAsInt())
                    .toList();
        } else if (kinds.isTable(page)) {
            Range range = Range.of(page(page));
            List<Link> below = links.stream()
                    .filter(link -> link.parent() != 0 && link.fits(range))
                    .toList();
            // a place among others is better evidence than a root, which anything fits
            fitting = below.isEmpty()
                    ? links.stream().filter(link -> link.parent() == 0).toList()
                    : below;
        }
        return fitting.size() == 1 ? Optional.of(fitting.get(0)) : Optional.empty();
    }

    /** Whether the page at the end of the link belongs there. */
    boolean belongs(Link link) {
        if (!contested.get(link.page())) {
            return claimed.get(link.page());
        }
        Link owner = owners.get(link.page());
        return owner != null && owner.parent() == link.parent() && owner.slot() == link.slot();
    }
}

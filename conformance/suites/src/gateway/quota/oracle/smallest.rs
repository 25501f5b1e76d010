//! The smallest part of several things that shows what the whole shows.

/// The places of a smallest part of `count` things that `shows` what all of them show: one, else two as near to each
/// other as can be, else a part without any of whose things it would not be shown.
///
/// Whatever a part shows, each part that contains it must show, too.
pub(super) fn smallest(count: usize, shows: impl Fn(&[usize]) -> bool) -> Vec<usize> {
    let one = (0..count).map(|place| vec![place]);
    let two = (1..count)
        .flat_map(|apart| (0..count - apart).map(move |first| vec![first, first + apart]));
    one.chain(two)
        .find(|part| shows(part))
        .unwrap_or_else(|| without_idle(count, &shows))
}

/// Leaves out halves, then quarters, and so on down to single things, while the rest still shows it.
fn without_idle(count: usize, shows: &impl Fn(&[usize]) -> bool) -> Vec<usize> {
    let mut part: Vec<usize> = (0..count).collect();
    let mut size = count.div_ceil(2);
    while size > 0 {
        let mut from = 0;
        while from < part.len() {
            let until = (from + size).min(part.len());
            let rest = [&part[..from], &part[until..]].concat();
            if shows(&rest) {
                part = rest;
            } else {
                from = until;
            }
        }
        size /= 2;
    }
    part
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn exactly_what_shows_it_is_found_among_much_that_does_not(
            count in 1_usize..60,
            wanted in prop::collection::btree_set(0_usize..60, 1..7),
        ) {
            let wanted: Vec<usize> = wanted.into_iter().filter(|place| *place < count).collect();
            prop_assume!(!wanted.is_empty());

            let found = smallest(count, |part| wanted.iter().all(|place| part.contains(place)));

            prop_assert_eq!(found, wanted);
        }
    }

    #[test]
    fn two_things_that_are_near_are_preferred_to_two_that_are_far_apart() {
        let shows = |part: &[usize]| {
            let has = |place| part.contains(&place);
            (has(0) && has(7)) || (has(3) && has(4))
        };

        assert_eq!(smallest(8, shows), [3, 4]);
    }
}

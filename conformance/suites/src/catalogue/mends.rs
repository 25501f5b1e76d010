//! What to mend in a gateway that breaks a rule, by the reason of its failure.

/// What is to be mended where a rule fails for a reason; none for rules of which nothing is written down.
pub fn mend(rule: &str, reason: &str) -> Option<&'static str> {
    rows().find_map(|[id, why, mend]| (id == rule && why == reason).then_some(mend))
}

fn rows() -> impl Iterator<Item = [&'static str; 3]> {
    TABLE.lines().skip(1).filter_map(|line| {
        let mut cells = line.split('\t');
        Some([cells.next()?, cells.next()?, cells.next()?])
    })
}

const TABLE: &str = include_str!("../../mends.tsv");

#[cfg(test)]
mod tests {
    use doublure_rules::Role;

    use super::*;
    use crate::catalogue;

    #[test]
    fn each_reason_of_each_rule_of_a_gateway_says_what_to_mend_and_nothing_else_does() {
        let wanted: Vec<(&str, &str)> = catalogue::of(Role::Gateway)
            .flat_map(|rule| rule.reasons.iter().map(|reason| (rule.id, *reason)))
            .collect();

        let written: Vec<(&str, &str)> = rows().map(|[rule, reason, _]| (rule, reason)).collect();

        let unsaid: Vec<_> = wanted.iter().filter(|one| !written.contains(one)).collect();
        assert!(unsaid.is_empty(), "without a line in mends.tsv: {unsaid:?}");
        // Nothing more, and in the order of the catalogue.
        assert!(
            written == wanted,
            "lines for no reason, or in another order"
        );
        assert_eq!(rows().count() + 1, TABLE.lines().count());
    }

    #[test]
    fn what_to_mend_is_a_sentence() {
        for [rule, reason, mend] in rows() {
            let begins = mend.starts_with(|letter: char| letter.is_ascii_uppercase());
            assert!(begins && mend.ends_with('.'), "{rule}, {reason}: {mend}");
        }
    }

    #[test]
    fn a_rule_that_nobody_knows_has_nothing_to_mend() {
        assert_eq!(mend("gw.no.rule", "not-504"), None);
        assert_eq!(
            mend("gw.cors.no-browser-call", "allows-another-origin"),
            Some("Send no Access-Control-Allow-Origin, also not to a preflight.")
        );
    }
}

//! Which versions of TLS are spoken, and with whose certificate.

use std::collections::BTreeSet;

use doublure_journal::{CertificateSeen, Entry, Event, Handshake};
use doublure_rules::{Capability, History, Level, Proof, Role, Rule, Verdict};

use crate::{judging::each, trials::names};

/// TLS, and the certificate.
pub static MODERN_AND_MULTI_DOMAIN: Rule = Rule {
    id: "gw.tls.modern-and-multi-domain",
    role: Role::Gateway,
    theme: "tls",
    level: Level::Must,
    sentence: "TLS 1.2 or 1.3 is spoken and nothing older, and the certificate is in its time, of an authority that is \
               believed, and for every name of the service.",
    source: "002:12, 002:114",
    needs: &[Capability::Tls],
    trial: names::HANDSHAKES,
    reasons: &[
        OLD_VERSION_SPOKEN,
        NO_MODERN_VERSION,
        NOT_FOR_ITS_NAMES,
        NOT_IN_ITS_TIME,
        NOT_BELIEVED,
    ],
    judge,
};

fn judge(history: &History) -> Verdict {
    let tried: Vec<(&Entry, &Handshake)> = history.entries.iter().filter_map(handshake).collect();
    let is_modern = |tried: &&(&Entry, &Handshake)| MODERN.contains(&tried.1.offered.as_str());
    let old = tried.iter().filter(|tried| !is_modern(tried));
    let modern: Vec<_> = tried.iter().filter(is_modern).collect();
    let names: BTreeSet<&str> = modern.iter().map(|(_, one)| one.name.as_str()).collect();
    let spoken = names.into_iter().map(|name| {
        let under_it = modern.iter().filter(|(_, one)| one.name == name);
        judge_name(name, &under_it.map(|tried| **tried).collect::<Vec<_>>())
    });
    each(
        old.map(|(entry, handshake)| judge_old(entry, handshake))
            .chain(spoken),
        "no handshake was tried",
    )
}

fn judge_old(entry: &Entry, handshake: &Handshake) -> Verdict {
    let proof = Proof::of(entry);
    match (&handshake.agreed, &handshake.refused) {
        (Some(agreed), _) if !MODERN.contains(&agreed.as_str()) => Verdict::fail(
            OLD_VERSION_SPOKEN,
            format!("TLS {} is refused", handshake.offered),
            format!("TLS {agreed} is spoken"),
            proof,
        ),
        (None, None) => Verdict::inconclusive(format!(
            "nothing came to an offer of TLS {}",
            handshake.offered
        )),
        // Who answers in a newer version refuses this one: the two do not come together.
        _ => Verdict::pass(proof),
    }
}

/// What was said to every modern version under one name.
fn judge_name(name: &str, tried: &[(&Entry, &Handshake)]) -> Verdict {
    if tried
        .iter()
        .any(|(_, one)| one.agreed.is_none() && one.refused.is_none())
    {
        return Verdict::inconclusive(format!("nothing came to an offer of TLS for {name}"));
    }
    let agreed = tried.iter().filter(|(_, one)| one.agreed.is_some());
    let shown = agreed.map(|(entry, one)| match &one.certificate {
        Some(certificate) => judge_certificate(name, entry, certificate),
        None => Verdict::inconclusive(format!("the certificate for {name} cannot be read")),
    });
    let shown: Vec<Verdict> = shown.collect();
    if !shown.is_empty() {
        return Verdict::all(shown);
    }
    let is_offered = |version: &&str| tried.iter().any(|(_, one)| one.offered == *version);
    if !MODERN.iter().all(is_offered) {
        return Verdict::inconclusive(format!("not every modern version was offered for {name}"));
    }
    let whys = tried.iter().filter_map(|(_, one)| one.refused.as_deref());
    let proof = Proof::of_all(tried.iter().map(|(entry, _)| *entry));
    let expected = format!("TLS 1.2 or 1.3 is spoken for {name}");
    let actual = format!("refused: {}", whys.collect::<Vec<_>>().join("; "));
    proof.map_or_else(
        || Verdict::inconclusive("no modern version was offered"),
        |proof| Verdict::fail(NO_MODERN_VERSION, expected, actual, proof),
    )
}

fn judge_certificate(name: &str, entry: &Entry, certificate: &CertificateSeen) -> Verdict {
    let proof = Proof::of(entry);
    if !certificate.names.iter().any(|known| covers(known, name)) {
        let expected = format!("a certificate for {name}");
        let actual = format!("one for {}", certificate.names.join(", "));
        return Verdict::fail(NOT_FOR_ITS_NAMES, expected, actual, proof);
    }
    if !(certificate.from..=certificate.until).contains(&entry.at) {
        let expected = format!("a certificate that is valid at {}", entry.at);
        let actual = format!("one from {} to {}", certificate.from, certificate.until);
        return Verdict::fail(NOT_IN_ITS_TIME, expected, actual, proof);
    }
    if !certificate.believed {
        let expected = format!("the certificate for {name} is of an authority that is believed");
        let actual = "nobody who is believed signed it";
        return Verdict::fail(NOT_BELIEVED, expected, actual, proof);
    }
    Verdict::pass(proof)
}

/// Whether a name in a certificate is for a host: itself, or `*.` for one label more.
fn covers(known: &str, host: &str) -> bool {
    let under = known.strip_prefix("*.").zip(host.split_once('.'));
    known.eq_ignore_ascii_case(host)
        || under.is_some_and(|(domain, (label, rest))| {
            !label.is_empty() && domain.eq_ignore_ascii_case(rest)
        })
}

fn handshake(entry: &Entry) -> Option<(&Entry, &Handshake)> {
    match &entry.event {
        Event::HandshakeTried { handshake } => Some((entry, handshake)),
        _ => None,
    }
}

const MODERN: [&str; 2] = ["1.2", "1.3"];
const OLD_VERSION_SPOKEN: &str = "old-version-spoken";
const NO_MODERN_VERSION: &str = "no-modern-version";
const NOT_FOR_ITS_NAMES: &str = "not-for-its-names";
const NOT_IN_ITS_TIME: &str = "not-in-its-time";
const NOT_BELIEVED: &str = "not-believed";

#[cfg(test)]
mod tests {
    use doublure_journal::Moment;
    use doublure_rules::testing::{HistoryBuilder, in_a_word};

    use super::*;

    fn said(tried: impl IntoIterator<Item = Handshake>) -> String {
        let told = tried
            .into_iter()
            .fold(HistoryBuilder::gateway(), |told, handshake| {
                told.event(Event::HandshakeTried { handshake })
            });
        in_a_word(&judge(&told.end()))
    }

    fn refused(offered: &str) -> Handshake {
        Handshake {
            offered: offered.to_owned(),
            name: "gateway.test".to_owned(),
            refused: Some("alert 70".to_owned()),
            ..Handshake::default()
        }
    }

    /// TLS 1.3 with a certificate that is as it should be but for this.
    fn shown(change: impl FnOnce(&mut CertificateSeen)) -> Handshake {
        let mut certificate = CertificateSeen {
            names: vec!["other.test".to_owned(), "gateway.test".to_owned()],
            from: Moment::from_unix_seconds(1_700_000_000),
            until: Moment::from_unix_seconds(1_800_000_000),
            believed: true,
        };
        change(&mut certificate);
        Handshake {
            agreed: Some("1.3".to_owned()),
            refused: None,
            certificate: Some(certificate),
            ..refused("1.3")
        }
    }

    #[test]
    fn one_modern_version_with_a_good_certificate_is_enough() {
        assert_eq!(
            said([shown(|_| ()), refused("1.2"), refused("1.1")]),
            "pass"
        );
        assert_eq!(said([]), "inconclusive");
    }

    #[test]
    fn an_old_version_is_refused() {
        let agreed = |agreed: &str| Handshake {
            agreed: Some(agreed.to_owned()),
            refused: None,
            ..refused("1.1")
        };

        assert_eq!(said([shown(|_| ()), agreed("1.1")]), OLD_VERSION_SPOKEN);
        assert_eq!(said([shown(|_| ()), agreed("1.2")]), "pass");
    }

    #[test]
    fn a_service_that_refuses_every_modern_version_fails() {
        assert_eq!(said([refused("1.2"), refused("1.3")]), NO_MODERN_VERSION);
    }

    #[test]
    fn a_certificate_is_for_the_name_in_its_time_and_believed() {
        let elsewhere = shown(|one| one.names = vec!["*.gateway.test".to_owned()]);
        let over = shown(|one| one.until = Moment::from_unix_seconds(1_700_000_001));
        let early = shown(|one| one.from = Moment::from_unix_seconds(1_790_000_000));
        let unknown = shown(|one| one.believed = false);

        assert_eq!(said([elsewhere]), NOT_FOR_ITS_NAMES);
        assert_eq!(said([over]), NOT_IN_ITS_TIME);
        assert_eq!(said([early]), NOT_IN_ITS_TIME);
        assert_eq!(said([unknown]), NOT_BELIEVED);
    }

    #[test]
    fn each_name_is_judged_by_itself() {
        let other = Handshake {
            name: "third.test".to_owned(),
            ..shown(|_| ())
        };

        assert_eq!(said([shown(|_| ()), other]), NOT_FOR_ITS_NAMES);
    }

    #[test]
    fn silence_does_not_tell() {
        let silent = |offered: &str| Handshake {
            refused: None,
            ..refused(offered)
        };

        assert_eq!(said([shown(|_| ()), silent("1.0")]), "inconclusive");
        assert_eq!(said([shown(|_| ()), silent("1.2")]), "inconclusive");
    }

    #[test]
    fn a_star_stands_for_one_label() {
        assert!(covers("*.api.test", "a.API.test"));
        assert!(!covers("*.api.test", "api.test"));
        assert!(!covers("*.api.test", "b.a.api.test"));
    }
}

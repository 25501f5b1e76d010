//! Chance as a pure function of seed, session, rule and request.

use std::{hash::Hasher, net::IpAddr};

use bytes::Bytes;
use doublure_journal::Hop;
use http::Request;
use siphasher::sip::SipHasher24;

/// What identifies a request to chance: hop, method, path, sorted query, token id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Fingerprint(pub u64);

impl Fingerprint {
    /// The fingerprint of a request; `token` is the id of the token that came with it.
    ///
    /// Requests that ask the same thing in another order of parameters are the same.
    pub fn of(hop: Hop, request: &Request<Bytes>, token: Option<&str>) -> Self {
        let mut parameters: Vec<&str> = request
            .uri()
            .query()
            .unwrap_or_default()
            .split('&')
            .collect();
        parameters.sort_unstable();
        let mut hash = NamedHash::new(0, 0, "fingerprint");
        hash.text(hop_name(hop));
        hash.text(request.method().as_str());
        hash.text(request.uri().path());
        for parameter in parameters {
            hash.text(parameter);
        }
        hash.number(u64::from(token.is_some()));
        hash.text(token.unwrap_or_default());
        Self(hash.finish())
    }

    /// The fingerprint of a connection on which nothing has been asked yet.
    pub(crate) fn of_address(address: IpAddr) -> Self {
        let mut hash = NamedHash::new(0, 0, "address");
        hash.text(&address.to_canonical().to_string());
        Self(hash.finish())
    }
}

/// The dice of a session. The generator is a named hash (SipHash-2-4) frozen by golden vectors.
#[derive(Clone, Debug)]
pub struct Dice {
    seed: u64,
    session: u64,
}

impl Dice {
    /// The dice of a session.
    pub fn new(seed: u64, session: &str) -> Self {
        let mut name = NamedHash::new(seed, 0, "session");
        name.text(session);
        Self {
            seed,
            session: name.finish(),
        }
    }

    /// A draw in [0, 1), the same for the same (seed, session, rule, fingerprint, ordinal).
    ///
    /// It is a multiple of 2⁻⁵³, so that it is the same number on every machine.
    pub fn draw(&self, rule: &str, fingerprint: Fingerprint, ordinal: u64) -> f64 {
        let mut hash = NamedHash::new(self.seed, self.session, "draw");
        hash.text(rule);
        hash.number(fingerprint.0);
        hash.number(ordinal);
        unit(hash.finish())
    }

    /// 64 bits for a named purpose: ids, file names, request ids.
    pub fn bits(&self, purpose: &str, ordinal: u64) -> u64 {
        let mut hash = NamedHash::new(self.seed, self.session, "bits");
        hash.text(purpose);
        hash.number(ordinal);
        hash.finish()
    }
}

/// SipHash-2-4 over texts that are told apart by their lengths.
struct NamedHash(SipHasher24);

impl NamedHash {
    fn new(first: u64, second: u64, name: &str) -> Self {
        let mut hash = Self(SipHasher24::new_with_keys(first, second));
        hash.text(name);
        hash
    }

    fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        self.0.write(text.as_bytes());
    }

    // Not `write_u64`: bytes in a named order are the same on every machine.
    fn number(&mut self, number: u64) {
        self.0.write(&number.to_le_bytes());
    }

    fn finish(&self) -> u64 {
        self.0.finish()
    }
}

const fn hop_name(hop: Hop) -> &'static str {
    match hop {
        Hop::Client => "client",
        Hop::Provider => "provider",
    }
}

/// The upper 53 bits as a fraction: every one of them is exact in an `f64`.
fn unit(bits: u64) -> f64 {
    const STEPS: f64 = (1_u64 << 53) as f64;
    (bits >> 11) as f64 / STEPS
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn request(target: &str) -> Request<Bytes> {
        Request::get(target).body(Bytes::new()).unwrap()
    }

    #[test]
    fn draws_are_frozen() {
        let dice = Dice::new(1, "default");
        let fingerprint = Fingerprint::of(
            Hop::Provider,
            &request("/siren/418166096?b=2&a=1"),
            Some("jti"),
        );

        let golden = (
            format!("{:016x}", fingerprint.0),
            dice.draw("late", fingerprint, 0),
            dice.draw("late", fingerprint, 1),
            dice.draw("other", fingerprint, 0),
            format!("{:016x}", dice.bits("document", 7)),
        );

        insta::assert_debug_snapshot!(golden, @r#"
        (
            "3afcb6e279115d0e",
            0.11923380474989831,
            0.77850719856678,
            0.509213192427609,
            "b7707e87ddbeefc7",
        )
        "#);
    }

    #[test]
    fn seed_and_session_are_part_of_every_draw() {
        let draw = |seed, session| Dice::new(seed, session).draw("late", Fingerprint(7), 0);

        assert_ne!(draw(1, "a"), draw(2, "a"));
        assert_ne!(draw(1, "a"), draw(1, "b"));
        assert_eq!(draw(1, "a"), draw(1, "a"));
    }

    #[test]
    fn the_order_of_parameters_does_not_matter_and_all_else_does() {
        let of = |hop, target, token| Fingerprint::of(hop, &request(target), token);
        let known = of(Hop::Client, "/a?x=1&y=2", Some("t"));

        assert_eq!(known, of(Hop::Client, "/a?y=2&x=1", Some("t")));
        for other in [
            of(Hop::Provider, "/a?x=1&y=2", Some("t")),
            of(Hop::Client, "/b?x=1&y=2", Some("t")),
            of(Hop::Client, "/a?x=1&y=3", Some("t")),
            of(Hop::Client, "/a?x=1&y=2", Some("u")),
            of(Hop::Client, "/a?x=1&y=2", None),
        ] {
            assert_ne!(known, other);
        }
        assert_ne!(of(Hop::Client, "/a", Some("")), of(Hop::Client, "/a", None));
    }

    #[test]
    fn draws_are_spread_evenly() {
        let dice = Dice::new(3, "spread");

        let low = (0..10_000)
            .filter(|ordinal| dice.draw("late", Fingerprint(1), *ordinal) < 0.1)
            .count();

        assert!((900..1_100).contains(&low), "{low} of 10000 below 0.1");
    }

    proptest! {
        #[test]
        fn every_draw_lies_in_the_unit_interval(seed: u64, rule: String, fingerprint: u64, ordinal: u64) {
            let draw = Dice::new(seed, "s").draw(&rule, Fingerprint(fingerprint), ordinal);
            prop_assert!((0.0..1.0).contains(&draw));
        }
    }
}

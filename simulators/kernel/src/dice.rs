//! Chance as a pure function of seed, session, rule and request.

/// What identifies a request to chance: hop, method, path, sorted query, token id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Fingerprint(pub u64);

/// The dice of a session. The generator is a named hash (SipHash-2-4) frozen by golden vectors.
#[derive(Clone, Debug)]
pub struct Dice {}

impl Dice {
    /// The dice of a session.
    pub fn new(seed: u64, session: &str) -> Self {
        todo!("{seed} {session}")
    }

    /// A draw in [0, 1), the same for the same (seed, session, rule, fingerprint, ordinal).
    pub fn draw(&self, rule: &str, fingerprint: Fingerprint, ordinal: u64) -> f64 {
        todo!("{rule} {fingerprint:?} {ordinal}")
    }

    /// 64 bits for a named purpose: ids, file names, request ids.
    pub fn bits(&self, purpose: &str, ordinal: u64) -> u64 {
        todo!("{purpose} {ordinal}")
    }
}

//! Chance for trials.

/// Numbers drawn from a seed (SplitMix64): the same on every machine.
#[derive(Clone, Debug)]
pub(crate) struct Chance(pub(crate) u64);

impl Chance {
    /// The next number below a bound.
    pub(crate) const fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (bits ^ (bits >> 31)) % bound
    }

    /// One of several.
    pub(crate) const fn of<'a>(&mut self, several: &[&'a str]) -> &'a str {
        let place = self.below(several.len() as u64);
        several[place as usize]
    }
}

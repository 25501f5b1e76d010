//! UUID in text, from bits that chance gave.

/// The UUID (version 4) of 128 bits.
pub(crate) fn uuid([high, low]: [u64; 2]) -> String {
    format!(
        "{:08x}-{:04x}-4{:03x}-a{:03x}-{:012x}",
        high >> 32,
        (high >> 16) & 0xffff,
        high & 0xfff,
        low >> 52,
        low & 0xffff_ffff_ffff
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uuid_tells_its_version() {
        assert_eq!(
            uuid([0x0123_4567_89ab_cdef, u64::MAX]),
            "01234567-89ab-4def-afff-ffffffffffff"
        );
    }
}

//! Which addresses the system leaves without an answer.
//!
//! A listener's filter is a small program that the system runs on each segment that comes for it, before anything is
//! answered. A segment that opens a connection and is dropped there is one that nobody answers: the caller sees what it
//! would see of a firewall. Only Linux has such a thing for whoever owns the socket; elsewhere connections are
//! accepted and held in silence.

use std::{collections::BTreeSet, io, net::IpAddr};

use tokio::net::TcpListener;

/// Who is left without an answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Filter {
    #[default]
    Nobody,
    Everybody,
    From(BTreeSet<IpAddr>),
}

impl Filter {
    /// These addresses, as many as a filter holds.
    pub(super) fn of(addresses: Vec<IpAddr>) -> Self {
        let addresses: BTreeSet<IpAddr> = addresses.into_iter().collect();
        if addresses.is_empty() {
            return Self::Nobody;
        }
        Self::From(addresses.into_iter().take(MOST).collect())
    }

    /// Puts it in force at a listener.
    ///
    /// # Errors
    /// The system has no such filters, or no room for this one.
    #[cfg(target_os = "linux")]
    pub(super) fn attach(&self, listener: &TcpListener) -> io::Result<()> {
        let socket = socket2::SockRef::from(listener);
        match self {
            Self::Nobody => socket.detach_filter(),
            Self::Everybody => socket.attach_filter(&program::dropping(&BTreeSet::new())),
            Self::From(addresses) => socket.attach_filter(&program::dropping(addresses)),
        }
    }

    /// Puts it in force at a listener.
    ///
    /// # Errors
    /// Always, but for nobody: this system has no such filters.
    #[cfg(not(target_os = "linux"))]
    pub(super) fn attach(&self, _: &TcpListener) -> io::Result<()> {
        match self {
            Self::Nobody => Ok(()),
            Self::Everybody | Self::From(_) => Err(io::ErrorKind::Unsupported.into()),
        }
    }
}

/// Filters in the instructions of the system.
#[cfg(target_os = "linux")]
mod program {
    use std::{collections::BTreeSet, net::IpAddr};

    use socket2::SockFilter;

    /// Drops what comes from these addresses; of none of them: all that comes.
    pub(super) fn dropping(addresses: &BTreeSet<IpAddr>) -> Vec<SockFilter> {
        if addresses.is_empty() {
            return vec![DROP];
        }
        let mut program: Vec<SockFilter> = addresses.iter().flat_map(dropping_one).collect();
        program.push(KEEP);
        program
    }

    /// Goes on behind itself where the address is another.
    fn dropping_one(address: &IpAddr) -> Vec<SockFilter> {
        let (version, source, words) = match address {
            IpAddr::V4(four) => (4, SOURCE_OF_FOUR, vec![four.to_bits()]),
            IpAddr::V6(six) => (6, SOURCE_OF_SIX, words_of(six.to_bits())),
        };
        let compared = (0..)
            .zip(&words)
            .map(|(nth, word)| (source + 4 * nth, *word));
        // Steps that are left, each comparison jumps over those behind it.
        let mut left = 2 * words.len() as u8 + 1;
        let mut steps = vec![
            SockFilter::new(LOAD_BYTE, 0, 0, VERSION),
            SockFilter::new(SHIFT_RIGHT, 0, 0, 4),
            SockFilter::new(IS_EQUAL, 0, left, version),
        ];
        for (place, word) in compared {
            left -= 2;
            steps.push(SockFilter::new(LOAD_WORD, 0, 0, place));
            steps.push(SockFilter::new(IS_EQUAL, 0, left, word));
        }
        steps.push(DROP);
        steps
    }

    fn words_of(bits: u128) -> Vec<u32> {
        let bytes = bits.to_be_bytes();
        let words = bytes.chunks_exact(4);
        words
            .map(|word| word.iter().fold(0, |all, byte| all << 8 | u32::from(*byte)))
            .collect()
    }

    /// Instructions of the classic Berkeley packet filter: class, size and mode in one number.
    const LOAD_WORD: u16 = 0x20;
    const LOAD_BYTE: u16 = 0x30;
    const SHIFT_RIGHT: u16 = 0x74;
    const IS_EQUAL: u16 = 0x15;
    const RETURN: u16 = 0x06;
    /// So many bytes are kept.
    const KEEP: SockFilter = SockFilter::new(RETURN, 0, 0, u32::MAX);
    const DROP: SockFilter = SockFilter::new(RETURN, 0, 0, 0);
    /// From here on places are counted from the header of the network, not from that of TCP.
    const NETWORK: u32 = 0xfff0_0000;
    /// The upper half of this byte says which protocol it is.
    const VERSION: u32 = NETWORK;
    const SOURCE_OF_FOUR: u32 = NETWORK + 12;
    const SOURCE_OF_SIX: u32 = NETWORK + 8;
}

/// Beyond them, connections are accepted and held in silence. Each takes up to 12 of the 4 096 steps that the system
/// allows, and of the 20 KiB that older ones give to a socket.
const MOST: usize = 200;

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use std::{net::SocketAddr, time::Duration};

    use tokio::net::TcpSocket;

    use super::*;
    use crate::Clock;

    /// Whether a connection from there comes about before one from elsewhere that is opened after it.
    async fn comes_about(listener: &TcpListener, from: &str) -> bool {
        let from: IpAddr = from.parse().unwrap();
        let socket = match from {
            IpAddr::V4(_) => TcpSocket::new_v4().unwrap(),
            IpAddr::V6(_) => TcpSocket::new_v6().unwrap(),
        };
        socket.bind(SocketAddr::new(from, 0)).unwrap();
        let connecting = socket.connect(listener.local_addr().unwrap());
        // What loopback does not answer while it is asked, it never answers.
        Clock::patience(A_WHILE, connecting).await.is_ok()
    }

    fn filter(addresses: &[&str]) -> Filter {
        let addresses = addresses.iter().map(|address| address.parse().unwrap());
        Filter::of(addresses.collect())
    }

    const A_WHILE: Duration = Duration::from_millis(300);

    #[tokio::test]
    async fn only_the_addresses_of_a_filter_are_left_without_an_answer() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();

        filter(&["127.0.0.2", "2001:db8::1", "127.0.0.4"])
            .attach(&listener)
            .unwrap();

        for (from, comes) in [
            ("127.0.0.1", true),
            ("127.0.0.2", false),
            ("127.0.0.3", true),
            ("127.0.0.4", false),
        ] {
            assert_eq!(comes_about(&listener, from).await, comes, "{from}");
        }
        Filter::Nobody.attach(&listener).unwrap();
        assert!(comes_about(&listener, "127.0.0.2").await);
    }

    #[tokio::test]
    async fn an_address_of_the_longer_kind_is_told_by_all_its_words() {
        let listener = TcpListener::bind("[::1]:0").await.unwrap();

        for (banned, comes) in [
            ("::2", true),
            ("1::1", true),
            ("127.0.0.1", true),
            ("::1", false),
        ] {
            filter(&[banned]).attach(&listener).unwrap();

            assert_eq!(comes_about(&listener, "::1").await, comes, "{banned}");
        }
    }

    #[tokio::test]
    async fn a_filter_of_everybody_spares_nobody() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();

        Filter::Everybody.attach(&listener).unwrap();

        assert!(!comes_about(&listener, "127.0.0.1").await);
    }

    #[tokio::test]
    async fn as_many_addresses_as_a_filter_takes_are_accepted_by_the_system() {
        let listener = TcpListener::bind("[::1]:0").await.unwrap();
        let many = (0..2 * MOST as u128).map(|nth| std::net::Ipv6Addr::from_bits(nth << 64).into());

        let filter = Filter::of(many.collect());

        filter.attach(&listener).unwrap();
    }
}

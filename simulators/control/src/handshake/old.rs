//! A greeting in versions that no library of ours speaks, and the first answer to it.

use std::io;

use doublure_journal::CertificateSeen;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// A version that is greeted in by hand: its second byte on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OldVersion {
    /// TLS 1.0.
    V10 = 1,
    /// TLS 1.1.
    V11 = 2,
}

/// Greets in an old version, and says what the server agreed to. Nothing goes on after that.
pub(super) async fn offer(
    mut stream: TcpStream,
    version: OldVersion,
    name: &str,
) -> io::Result<(String, Option<CertificateSeen>)> {
    stream.write_all(&greeting(version, name)).await?;
    let mut head = [0; 5];
    stream.read_exact(&mut head).await?;
    let mut body = vec![0; usize::from(u16::from_be_bytes([head[3], head[4]]))];
    stream.read_exact(&mut body).await?;
    agreed(head[0], &body).map(|agreed| (agreed, None))
}

/// The version in a server's first record.
fn agreed(kind: u8, body: &[u8]) -> io::Result<String> {
    match (kind, body) {
        (ALERT, [_, alert, ..]) => Err(io::Error::other(format!("alert {alert}"))),
        (HANDSHAKE, [SERVER_HELLO, _, _, _, 3, minor, ..]) => {
            Ok(format!("1.{}", minor.saturating_sub(1)))
        }
        _ => Err(io::Error::other("no answer in TLS")),
    }
}

/// A record with a client's hello.
fn greeting(version: OldVersion, name: &str) -> Vec<u8> {
    let mut hello = vec![3, version as u8];
    hello.extend([DICE; 32]);
    // No session to go on with; every suite of these versions that servers may still know; no compression.
    hello.push(0);
    hello.extend(long(&SUITES.map(u16::to_be_bytes).concat()));
    hello.extend([1, 0]);
    hello.extend(long(&extensions(name)));
    let mut handshake = vec![CLIENT_HELLO, 0];
    handshake.extend(long(&hello));
    let mut record = vec![HANDSHAKE, 3, 1];
    record.extend(long(&handshake));
    record
}

fn extensions(name: &str) -> Vec<u8> {
    let groups = long(&GROUPS.map(u16::to_be_bytes).concat());
    let mut extensions = Vec::new();
    // An address is no name to ask for.
    if name.parse::<std::net::IpAddr>().is_err() {
        let mut host = vec![0];
        host.extend(long(name.as_bytes()));
        extensions.extend(extension(0, &long(&host)));
    }
    extensions.extend(extension(10, &groups));
    extensions.extend(extension(11, &[1, 0]));
    extensions
}

fn extension(kind: u16, value: &[u8]) -> Vec<u8> {
    let mut extension = kind.to_be_bytes().to_vec();
    extension.extend(long(value));
    extension
}

/// Bytes after their number, which takes two.
fn long(bytes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(bytes.len()).unwrap_or(u16::MAX);
    let mut long = length.to_be_bytes().to_vec();
    long.extend(bytes);
    long
}

const ALERT: u8 = 21;
const HANDSHAKE: u8 = 22;
const CLIENT_HELLO: u8 = 1;
const SERVER_HELLO: u8 = 2;
/// Nothing is kept secret here.
const DICE: u8 = 4;
/// ECDHE, DHE and RSA with AES and SHA-1, and 3DES (RFC 4492, 5246).
const SUITES: [u16; 9] = [
    0xc009, 0xc00a, 0xc013, 0xc014, 0x0033, 0x0039, 0x002f, 0x0035, 0x000a,
];
/// X25519, P-256, P-384.
const GROUPS: [u16; 3] = [0x001d, 0x0017, 0x0018];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_s_hello_tells_its_version_and_an_alert_refuses() {
        let hello = |minor| agreed(HANDSHAKE, &[SERVER_HELLO, 0, 0, 9, 3, minor, 7]).ok();

        assert_eq!(hello(1).as_deref(), Some("1.0"));
        assert_eq!(hello(2).as_deref(), Some("1.1"));
        assert_eq!(hello(3).as_deref(), Some("1.2"));
        let refused = agreed(ALERT, &[2, 70]).unwrap_err();
        assert_eq!(refused.to_string(), "alert 70");
        assert!(agreed(b'H', b"TTP/1.1 400").is_err());
    }

    #[test]
    fn each_length_in_a_greeting_is_that_of_what_follows() {
        let record = greeting(OldVersion::V11, "gateway.test");
        let at = |place: usize| usize::from(u16::from_be_bytes([record[place], record[place + 1]]));

        assert_eq!(record[..3], [HANDSHAKE, 3, 1]);
        assert_eq!(at(3), record.len() - 5);
        assert_eq!(at(7), record.len() - 9);
        assert_eq!(record[9..11], [3, 2]);
        let named = record.windows(12).any(|bytes| bytes == b"gateway.test");
        assert!(named);
    }

    #[test]
    fn an_address_is_not_asked_for_by_name() {
        let record = greeting(OldVersion::V10, "127.0.0.1");

        assert!(!record.windows(9).any(|bytes| bytes == b"127.0.0.1"));
    }
}

//! What stands on the wire when callers speak TLS.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use doublure_journal::{Event, EventKind, Hop};
use doublure_kernel::{Authority, Host, Reply, Service, Session};
use doublure_scenarios::{Effect, Fault, On, WireFault};
use rustls::{
    ClientConfig, RootCertStore,
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, ServerName, pem::PemObject},
    version::{TLS12, TLS13},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use tokio_rustls::{TlsConnector, client::TlsStream};

use crate::support::{
    advance, answer, fault, of, play, seconds, session, session_with, wait_for, within,
};

struct Secured {
    host: Host,
    authority: Authority,
}

impl Secured {
    async fn start(session: &Session, service: Arc<dyn Service>) -> Self {
        Self::start_on(session, Hop::Client, service).await
    }

    async fn start_on(session: &Session, hop: Hop, service: Arc<dyn Service>) -> Self {
        let authority = Authority::new().unwrap();
        let names = ["gateway.test", "other.test", "127.0.0.1"].map(str::to_owned);
        let tls = authority.certify(&names).unwrap();
        let anywhere = SocketAddr::from(([127, 0, 0, 1], 0));
        let host = Host::bind_secured(session, hop, anywhere, service, Some(tls));
        Self {
            host: host.await.unwrap(),
            authority,
        }
    }

    fn connector(&self, versions: &[&'static rustls::SupportedProtocolVersion]) -> TlsConnector {
        let mut roots = RootCertStore::empty();
        let pem = self.authority.pem();
        roots
            .add(CertificateDer::from_pem_slice(pem.as_bytes()).unwrap())
            .unwrap();
        let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_protocol_versions(versions)
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        TlsConnector::from(Arc::new(config))
    }

    async fn connect(
        &self,
        name: &'static str,
        versions: &[&'static rustls::SupportedProtocolVersion],
    ) -> std::io::Result<TlsStream<TcpStream>> {
        let stream = TcpStream::connect(self.host.address()).await.unwrap();
        let name = ServerName::try_from(name).unwrap();
        within(self.connector(versions).connect(name, stream)).await
    }

    /// Asks, and reads to the end of the connection.
    async fn ask(&self) -> (String, std::io::Result<usize>) {
        let mut stream = self.connect("gateway.test", &[&TLS13]).await.unwrap();
        let request = b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
        stream.write_all(request).await.unwrap();
        let mut came = Vec::new();
        let ended = within(stream.read_to_end(&mut came)).await;
        (String::from_utf8_lossy(&came).into_owned(), ended)
    }
}

fn well() -> Arc<dyn Service> {
    play(|_| async { answer(200, "0123456789") })
}

fn broken(wire: WireFault) -> Arc<dyn Service> {
    play(move |_| {
        let reply = Reply {
            wire: Some(wire.clone()),
            ..answer(200, "0123456789")
        };
        async { reply }
    })
}

#[tokio::test]
async fn both_versions_are_spoken_under_every_name_and_written_down() {
    let session = session();
    let secured = Secured::start(&session, well()).await;

    let newer = secured.connect("other.test", &[&TLS13]).await;
    let older = secured.connect("127.0.0.1", &[&TLS12]).await;

    assert!(newer.is_ok() && older.is_ok(), "{newer:?} {older:?}");
    let entries = wait_for(&session, EventKind::ConnectionSecured, 2).await;
    let mut told: Vec<_> = entries
        .into_iter()
        .map(|entry| match entry.event {
            Event::ConnectionSecured { version, name, .. } => (version, name),
            other => panic!("{other:?}"),
        })
        .collect();
    told.sort();
    assert_eq!(
        told,
        [
            ("1.2".to_owned(), None),
            ("1.3".to_owned(), Some("other.test".to_owned()))
        ]
    );
}

#[tokio::test]
async fn an_exchange_goes_through_and_ends_in_order() {
    let session = session();
    let secured = Secured::start(&session, well()).await;

    let (came, ended) = secured.ask().await;

    assert!(came.ends_with("\r\n\r\n0123456789"), "{came}");
    assert!(ended.is_ok(), "{ended:?}");
    wait_for(&session, EventKind::ResponseSent, 1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_greeting_begins_when_its_delay_is_over_and_not_before_on_both_hops() {
    for (hop, on) in [(Hop::Client, On::Client), (Hop::Provider, On::Provider)] {
        slow_greeting(hop, on).await;
    }
}

async fn slow_greeting(hop: Hop, on: On) {
    let session = session_with(Fault {
        delay: seconds(5).into(),
        ..fault(on, Effect::Wire(WireFault::SlowTls))
    });
    let secured = Secured::start_on(&session, hop, well()).await;

    let calls = async {
        wait_for(&session, EventKind::FaultFired, 1).await;
        advance(&session, Duration::from_micros(4_999_999), 0).await;
        let before = session
            .journal()
            .entries(&of(EventKind::ConnectionSecured), 1)
            .len();
        advance(&session, Duration::from_micros(1), 0).await;
        before
    };
    let (asked, before) = tokio::join!(secured.ask(), calls);

    assert_eq!(before, 0);
    assert!(asked.0.ends_with("\r\n\r\n0123456789"), "{asked:?}");
}

#[tokio::test]
async fn a_name_that_is_not_certified_is_refused_by_the_caller() {
    let session = session();
    let secured = Secured::start(&session, well()).await;

    let refused = secured.connect("elsewhere.test", &[&TLS13]).await;

    let refused = refused.unwrap_err().to_string();
    assert!(refused.contains("not valid for name"), "{refused}");
    wait_for(&session, EventKind::Noted, 1).await;
}

#[tokio::test]
async fn a_cut_lets_as_many_bytes_through_as_in_plain_text_and_no_end_of_tls() {
    let session = session();
    let secured = Secured::start(&session, broken(WireFault::Cut { after: 4 })).await;

    let (came, ended) = secured.ask().await;

    assert!(came.ends_with("\r\n\r\n0123"), "{came}");
    assert_eq!(ended.unwrap_err().kind(), std::io::ErrorKind::UnexpectedEof);
}

#[tokio::test]
async fn garbage_comes_encrypted() {
    let session = session();
    let secured = Secured::start(&session, broken(WireFault::Garbage)).await;

    let (came, _) = secured.ask().await;

    assert!(came.starts_with("220 "), "{came}");
}

#[tokio::test]
async fn a_reset_is_a_reset() {
    let session = session();
    let secured = Secured::start(&session, broken(WireFault::Reset)).await;

    let (came, ended) = secured.ask().await;

    assert_eq!(came, "");
    assert_eq!(
        ended.unwrap_err().kind(),
        std::io::ErrorKind::ConnectionReset
    );
}

#[tokio::test]
async fn what_is_silent_is_silent_beneath_tls_too() {
    let session = session();
    let secured = Secured::start(&session, well()).await;
    let mut caller = TcpStream::connect(secured.host.address()).await.unwrap();
    wait_for(&session, EventKind::ConnectionOpened, 1).await;

    session.silence(caller.local_addr().unwrap().ip());
    wait_for(&session, EventKind::ConnectionSilenced, 1).await;
    // What a caller that speaks TLS would say first.
    caller.write_all(&[0x16, 0x03, 0x01]).await.unwrap();
    caller.shutdown().await.unwrap();
    let mut came = Vec::new();
    // What it said and nobody read makes a reset of the end; nothing was said in return.
    let _ = within(caller.read_to_end(&mut came)).await;

    assert_eq!(came, b"");
    assert_eq!(
        session.journal().count(&of(EventKind::ConnectionSecured)),
        0
    );
}

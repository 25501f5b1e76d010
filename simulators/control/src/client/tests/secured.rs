//! A server behind TLS.

use std::{net::SocketAddr, sync::Arc};

use rustls::{
    ServerConfig,
    crypto::aws_lc_rs,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
};
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
};
use tokio_rustls::TlsAcceptor;

use super::server::Server;
use crate::{Client, Trust};

/// Stands before a server and speaks TLS for it, as a front server does; gives its certificate, too.
async fn in_front_of(server: SocketAddr) -> (SocketAddr, String) {
    let made = rcgen::generate_simple_self_signed(["control.test".to_owned()]).unwrap();
    let key = PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], PrivateKeyDer::from(key))
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let Ok(mut near) = acceptor.accept(stream).await else {
                continue;
            };
            tokio::spawn(async move {
                let mut far = TcpStream::connect(server).await.unwrap();
                // However it ends, it is over.
                let _ = copy_bidirectional(&mut near, &mut far).await;
            });
        }
    });
    (address, made.cert.pem())
}

#[tokio::test]
async fn a_server_that_is_believed_is_spoken_to_in_tls() {
    let server = Server::answering(&[]).await;
    let (front, pem) = in_front_of(server.address).await;
    let trust = Trust::of_pem(pem.as_bytes()).unwrap();

    let healthy = Client::secured(front, "control.test", trust).health().await;

    assert!(healthy.is_ok(), "{healthy:?}");
}

#[tokio::test]
async fn a_server_of_another_name_is_not_spoken_to() {
    let server = Server::answering(&[]).await;
    let (front, pem) = in_front_of(server.address).await;
    let trust = Trust::of_pem(pem.as_bytes()).unwrap();

    let refused = Client::secured(front, "other.test", trust).health().await;

    let refused = refused.unwrap_err().to_string();
    assert!(refused.contains("not valid for name"), "{refused}");
}

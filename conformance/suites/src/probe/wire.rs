//! Requests on sockets of our own.

use bytes::Bytes;
use doublure_journal::{Failure, ResponseSeen};
use http::{Request, Response, header};
use http_body_util::{BodyExt, Full};
use hyper::{body::Incoming, client::conn::http1};

use super::{Answer, Ask, Endpoint, Shown, captured, failure::broken};

/// Many requests one after another on one connection that is kept.
pub(crate) struct Flood {
    endpoint: Endpoint,
    sender: Option<http1::SendRequest<Full<Bytes>>>,
}

impl Flood {
    pub(crate) const fn new(endpoint: Endpoint) -> Self {
        Self {
            endpoint,
            sender: None,
        }
    }

    /// Sends one more; opens a connection where the last one was closed.
    pub(crate) async fn send(&mut self, ask: &Ask, token: Option<&Shown>) -> Answer {
        let answer = self.try_send(ask, token).await;
        answer.unwrap_or_else(|failure| Answer::Failed(failure, None))
    }

    async fn try_send(&mut self, ask: &Ask, token: Option<&Shown>) -> Result<Answer, Failure> {
        let request = request(&self.endpoint, ask, token, true)?;
        let mut sender = match self.sender.take().filter(|sender| !sender.is_closed()) {
            Some(sender) => sender,
            None => self.endpoint.open(ask).await?,
        };
        sender.ready().await.map_err(|error| broken(&error))?;
        let response = sender
            .send_request(request)
            .await
            .map_err(|error| broken(&error))?;
        let answer = whole(response, &mut None).await;
        self.sender = Some(sender);
        Ok(answer)
    }
}

/// One request on a connection of its own; the head is left in `head` as soon as it has come.
pub(super) async fn exchange(
    endpoint: &Endpoint,
    ask: &Ask,
    token: Option<&Shown>,
    head: &mut Option<ResponseSeen>,
) -> Answer {
    let begun = async {
        let request = request(endpoint, ask, token, false)?;
        let mut sender = endpoint.open(ask).await?;
        sender
            .send_request(request)
            .await
            .map_err(|error| broken(&error))
    };
    match begun.await {
        Ok(response) => whole(response, head).await,
        Err(failure) => Answer::Failed(failure, None),
    }
}

async fn whole(response: Response<Incoming>, head: &mut Option<ResponseSeen>) -> Answer {
    let (parts, body) = response.into_parts();
    let seen = head.insert(ResponseSeen {
        status: parts.status.as_u16(),
        headers: parts
            .headers
            .iter()
            .map(|(name, value)| {
                let value = String::from_utf8_lossy(value.as_bytes());
                (name.to_string(), value.into_owned())
            })
            .collect(),
        body: None,
    });
    match body.collect().await {
        Ok(collected) => Answer::Whole(ResponseSeen {
            body: Some(captured(&collected.to_bytes())),
            ..seen.clone()
        }),
        Err(error) => Answer::Failed(broken(&error), head.take()),
    }
}

/// `keep`: whether more will follow on the connection.
fn request(
    endpoint: &Endpoint,
    ask: &Ask,
    token: Option<&Shown>,
    keep: bool,
) -> Result<Request<Full<Bytes>>, Failure> {
    let in_url = match token {
        Some(Shown::InUrl(raw)) if ask.target.contains('?') => format!("&token={raw}"),
        Some(Shown::InUrl(raw)) => format!("?token={raw}"),
        _ => String::new(),
    };
    let mut request = Request::builder()
        .method(ask.method())
        .uri(endpoint.path_of(&format!("{}{in_url}", ask.target)))
        .header(header::HOST, endpoint.authority())
        .header(header::USER_AGENT, "doublure");
    if !keep {
        request = request.header(header::CONNECTION, "close");
    }
    if let Some(Shown::Headers(values)) = token {
        let name = header::AUTHORIZATION;
        request = values
            .iter()
            .fold(request, |request, value| request.header(&name, value));
    }
    for (name, value) in &ask.headers {
        request = request.header(name, value);
    }
    let body = Full::new(Bytes::copy_from_slice(ask.body.as_bytes()));
    request.body(body).map_err(|_| Failure::Malformed)
}

#[cfg(test)]
mod tests {
    use std::{future::pending, time::Duration};

    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::{TcpListener, TcpStream},
    };

    use super::*;
    use crate::probe::{after, send};

    /// A listener that takes one request and then does what is wanted with the socket.
    async fn answering<F>(act: impl FnOnce(TcpStream) -> F + Send + 'static) -> Endpoint
    where
        F: Future<Output = ()> + Send,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            let (mut socket, _) = listener.accept().await.unwrap();
            let mut request = [0; 1024];
            let _ = socket.read(&mut request).await.unwrap();
            act(socket).await;
        });
        Endpoint::parse(&format!("http://{address}")).unwrap()
    }

    fn plain() -> Ask {
        Ask {
            target: "/privileges".to_owned(),
            ..Ask::default()
        }
    }

    async fn told(wire: &'static [u8]) -> Answer {
        let endpoint = answering(move |mut socket| async move {
            socket.write_all(wire).await.unwrap();
        })
        .await;
        send(&endpoint, &plain(), None, pending()).await
    }

    #[tokio::test]
    async fn a_whole_answer_comes_with_headers_and_body() {
        let answer = told(b"HTTP/1.1 429 X\r\nRetry-After: 7\r\nContent-Length: 2\r\n\r\n{}").await;

        let Answer::Whole(seen) = answer else {
            panic!("{answer:?}")
        };
        assert_eq!(seen.status, 429);
        assert_eq!(seen.header("retry-after"), Some("7"));
        assert_eq!(seen.body.unwrap().text, "{}");
    }

    #[tokio::test]
    async fn an_answer_that_is_cut_keeps_its_head() {
        let answer = told(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}").await;

        let Answer::Failed(failure, Some(head)) = answer else {
            panic!("{answer:?}")
        };
        assert_eq!((failure, head.status), (Failure::Closed, 200));
    }

    #[tokio::test]
    async fn what_is_not_http_is_malformed() {
        let answer = told(b"220 smtp ready\r\n").await;

        assert_eq!(answer, Answer::Failed(Failure::Malformed, None));
    }

    #[tokio::test]
    async fn a_connection_closed_without_a_word_is_closed() {
        assert_eq!(told(b"").await, Answer::Failed(Failure::Closed, None));
    }

    #[tokio::test]
    async fn silence_ends_when_the_caller_gives_up() {
        let endpoint = answering(|socket| async move {
            pending::<()>().await;
            drop(socket);
        })
        .await;

        let answer = send(&endpoint, &plain(), None, after(Duration::from_millis(20))).await;

        assert_eq!(answer, Answer::Failed(Failure::GaveUp, None));
    }

    #[tokio::test]
    async fn nobody_listening_is_refused() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        drop(listener);
        let endpoint = Endpoint::parse(&format!("http://{address}")).unwrap();

        let answer = send(&endpoint, &plain(), None, pending()).await;

        assert_eq!(answer, Answer::Failed(Failure::Refused, None));
    }
}

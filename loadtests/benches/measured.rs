//! What the measurements share: servers in processes of their own, and raw calls to them.

use std::{
    error::Error,
    io::{BufRead, BufReader},
    net::SocketAddr,
    process::{Child, Command, Stdio},
};

use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// An outcome; anything unforeseen voids the run.
pub(crate) type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// A process that printed its first line; ended when dropped.
pub(crate) struct Server {
    pub(crate) process: Child,
    pub(crate) line: String,
}

impl Server {
    /// Starts it and waits for its first line.
    pub(crate) fn start(mut command: Command) -> Outcome<Self> {
        let mut process = command
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let output = process.stdout.take().ok_or("no standard output")?;
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line)?;
        Ok(Self { process, line })
    }

    /// The address that is all of the line.
    pub(crate) fn address(&self) -> Outcome<SocketAddr> {
        Ok(self.line.trim().parse()?)
    }

    /// A text of the line that `doublure serve` prints.
    pub(crate) fn ready(&self, pointer: &str) -> Outcome<String> {
        let ready: Value = serde_json::from_str(&self.line)?;
        let text = ready.pointer(pointer).and_then(Value::as_str);
        let text = text.ok_or_else(|| format!("{pointer} is not in {}", self.line))?;
        Ok(text.trim_start_matches("http://").to_owned())
    }

    /// Memory that is really there.
    pub(crate) fn resident_megabytes(&self) -> Outcome<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id()))?;
        let line = status
            .lines()
            .find(|line| line.starts_with("VmRSS"))
            .ok_or("no VmRSS")?;
        let kilobytes: u64 = line.split_whitespace().nth(1).ok_or("no figure")?.parse()?;
        Ok(kilobytes / 1024)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Lets `serve` listen on free ports, quietly, with limits that no measurement reaches.
pub(crate) fn serve(command: &mut Command) {
    command.args(["serve", "--listen=127.0.0.1:0", "--control=127.0.0.1:0"]);
    command.args(["--quiet", "--capture=meta"]);
    command.arg(format!("--override=quota_limit={}", u32::MAX));
}

/// Sends a request and reads one whole answer; any other status voids the run.
pub(crate) async fn exchange(
    connection: &mut TcpStream,
    request: &[u8],
    answer: &mut Vec<u8>,
    status: u16,
) -> Outcome<()> {
    connection.write_all(request).await?;
    answer.clear();
    loop {
        if connection.read_buf(answer).await? == 0 {
            return Err("the server closed the connection: the run is void".into());
        }
        if let Some(whole) = whole_length(answer)
            && answer.len() >= whole
        {
            break;
        }
    }
    if !answer.starts_with(format!("HTTP/1.1 {status} ").as_bytes()) {
        let shown = String::from_utf8_lossy(&answer[..answer.len().min(600)]);
        return Err(format!("not a {status}, the run is void: {shown}").into());
    }
    Ok(())
}

/// Length of head and body, once the head is there.
fn whole_length(answer: &[u8]) -> Option<usize> {
    let head = answer.windows(4).position(|end| end == b"\r\n\r\n")? + 4;
    let text = std::str::from_utf8(&answer[..head]).ok()?;
    let length = text.lines().find_map(|line| {
        line.split_once(':')
            .filter(|(name, _)| name.eq_ignore_ascii_case("content-length"))
    })?;
    Some(head + length.1.trim().parse::<usize>().ok()?)
}

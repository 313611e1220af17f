//! The shortest client: octets out, octets in.

use std::io::{self, IsTerminal, Read, Write};
use std::process::ExitCode;
use std::time::Duration;

use h1check::peer::client::Connect;
use h1check::peer::escape;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, split};
use tokio::time::timeout;

use super::Arguments;
use crate::exit;
use crate::terminal::{fail, note};

/// Sends octets and prints what comes back, until the server closes or nothing comes for so long.
pub(super) async fn run(arguments: &Arguments, mut connector: impl Connect) -> ExitCode {
    let (url, patience) = (&arguments.url, arguments.timeout);
    let octets = match octets(&arguments.messages) {
        Ok(octets) => octets,
        Err(why) => {
            note(format_args!("error: {why}"));
            return ExitCode::from(exit::BAD_INPUT);
        }
    };
    let address = url.address();
    let mut stream = match timeout(patience, connector.connect()).await {
        Ok(Ok(stream)) => stream,
        Ok(Err(error)) => {
            return fail(&io::Error::new(
                error.kind(),
                format!("cannot connect to {address}: {error}"),
            ));
        }
        Err(_) => {
            note(format_args!("error: {address} does not answer"));
            return ExitCode::from(exit::COULD_NOT_TEST);
        }
    };
    match exchange(&mut stream, &octets, patience).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            note(format_args!("error: {why}"));
            ExitCode::from(exit::DEVIATES)
        }
    }
}

/// Writing and reading at once, so that neither side waits for the other.
async fn exchange(
    stream: &mut (impl AsyncRead + AsyncWrite + Unpin),
    octets: &[u8],
    patience: Duration,
) -> Result<(), String> {
    let (mut reader, mut writer) = split(stream);
    let mut sending = std::pin::pin!(async move {
        // A server that stops reading may still have something to say.
        let _ = writer.write_all(octets).await;
        let _ = writer.flush().await;
        std::future::pending::<()>().await;
    });
    let mut buffer = vec![0; 16 << 10];
    loop {
        let read = tokio::select! {
            read = timeout(patience, reader.read(&mut buffer)) => read,
            () = &mut sending => continue,
        };
        match read {
            Ok(Ok(0)) => return Ok(()),
            Ok(Ok(count)) => show(&buffer[..count]),
            Ok(Err(error)) => return Err(format!("the connection broke: {error}")),
            Err(_) => return Err(format!("nothing came for {patience:?}")),
        }
    }
}

/// To a terminal only what it can bear, to a file or a pipe what it is.
fn show(octets: &[u8]) {
    let mut out = io::stdout().lock();
    let written = if out.is_terminal() {
        write!(out, "{}", escape(octets))
    } else {
        out.write_all(octets)
    };
    // Whoever has closed it is not interested.
    let _ = written.and_then(|()| out.flush());
}

fn octets(messages: &[String]) -> Result<Vec<u8>, String> {
    match messages {
        [] => read_stdin(),
        [dash] if dash == "-" => read_stdin(),
        [text] => unescape(text),
        _ => Err("--raw takes one MESSAGE".to_owned()),
    }
}

fn read_stdin() -> Result<Vec<u8>, String> {
    let mut octets = Vec::new();
    io::stdin()
        .lock()
        .read_to_end(&mut octets)
        .map_err(|error| format!("cannot read stdin: {error}"))?;
    Ok(octets)
}

/// `\r \n \t \0 \\ \xNN` stand for one octet each, everything else for itself.
fn unescape(text: &str) -> Result<Vec<u8>, String> {
    let mut octets = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        rest = tail;
        if first != b'\\' {
            octets.push(first);
            continue;
        }
        let (octet, length) = match *rest {
            [b'r', ..] => (b'\r', 1),
            [b'n', ..] => (b'\n', 1),
            [b't', ..] => (b'\t', 1),
            [b'0', ..] => (0, 1),
            [b'\\', ..] => (b'\\', 1),
            [b'x', high, low, ..] => match (hex(high), hex(low)) {
                (Some(high), Some(low)) => (high << 4 | low, 3),
                _ => return Err(format!("no two hexadecimal digits behind \\x in `{text}`")),
            },
            _ => return Err(format!("`{text}` has a \\ before something unknown")),
        };
        octets.push(octet);
        rest = &rest[length..];
    }
    Ok(octets)
}

fn hex(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;
    use rstest::rstest;

    #[rstest]
    #[case::line_ends("a\\r\\n", Ok(b"a\r\n".to_vec()))]
    #[case::octets("\\x00\\xfF\\0\\t\\\\", Ok(b"\0\xff\0\t\\".to_vec()))]
    #[case::as_it_is("a\r\nä", Ok("a\r\nä".as_bytes().to_vec()))]
    #[case::unknown("\\q", Err("`\\q` has a \\ before something unknown".to_owned()))]
    #[case::cut("\\x1", Err("`\\x1` has a \\ before something unknown".to_owned()))]
    #[case::no_digit("\\x1g", Err("no two hexadecimal digits behind \\x in `\\x1g`".to_owned()))]
    #[case::at_the_end("a\\", Err("`a\\` has a \\ before something unknown".to_owned()))]
    fn understands_escapes(#[case] text: &str, #[case] octets: Result<Vec<u8>, String>) {
        assert_eq!(unescape(text), octets);
    }
}

//! One client: which connection a request goes to, and whether it is sent again.

use bytes::BytesMut;
use tokio::time::timeout;

use super::connect::{Connect, Tcp};
use super::error::ClientError;
use super::exchange::Connection;
use super::options::{Notice, Options, Reconnect};
use super::request::{Request, Response};

/// A client of one origin, which keeps its connection for the next request where it may.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// use h1check::peer::client::{Client, Options, Request};
/// use h1check::peer::server::{Config, Reference};
///
/// let server = Reference::start(Config::default()).await.unwrap();
/// let mut client = Client::tcp(server.address().to_string(), Options::default());
/// let response = client.request(&Request::new("GET", "/")).await.unwrap();
/// assert_eq!(&response.content[..], b"Hello World\n");
/// # }
/// ```
pub struct Client<C: Connect = Tcp> {
    connector: C,
    authority: String,
    options: Options,
    idle: Option<Connection<C::Io>>,
    /// Whether the last connection died while it was idle, which nobody has been told yet.
    lost: bool,
    dials: u64,
}

impl Client {
    /// A client of the server at an address such as `localhost:8888`, which is also what it says
    /// in `Host`.
    pub fn tcp(authority: impl Into<String>, options: Options) -> Self {
        let authority = authority.into();
        Self::new(Tcp::new(authority.clone()), authority, options)
    }
}

impl<C: Connect> Client<C> {
    /// A client that comes to its connections in that way.
    pub fn new(connector: C, authority: impl Into<String>, options: Options) -> Self {
        Self {
            connector,
            authority: authority.into(),
            options,
            idle: None,
            lost: false,
            dials: 0,
        }
    }

    /// How many connections have been made.
    #[must_use]
    pub fn dials(&self) -> u64 {
        self.dials
    }

    /// Sends a request and returns its final response.
    ///
    /// # Errors
    ///
    /// If there is no connection, no response, or none that can be trusted. A request that is not
    /// idempotent may have been carried out all the same.
    pub async fn request(&mut self, request: &Request) -> Result<Response, ClientError> {
        let mut results = self.pipeline(std::slice::from_ref(request)).await;
        results.pop().unwrap_or(Err(ClientError::Closed(None)))
    }

    /// Sends several requests without waiting for the responses to those before, and returns the
    /// responses in the order of the requests.
    ///
    /// Behind a request that is not idempotent it waits for the response. What is left unanswered
    /// by a close is sent again, one by one, where it is idempotent.
    // 9112-9.3.2-p3-1
    pub async fn pipeline(&mut self, requests: &[Request]) -> Vec<Result<Response, ClientError>> {
        let mut results = Vec::with_capacity(requests.len());
        for group in requests.split_inclusive(|request| !request.is_idempotent()) {
            let mut rest = group;
            while !rest.is_empty() {
                let (sent, unsent) = {
                    let attempted = self.attempt(rest).await;
                    let (sent, unsent) = rest.split_at(attempted.len());
                    (attempted.into_iter().zip(sent), unsent)
                };
                for (result, request) in sent {
                    results.push(self.settle(result, request).await);
                }
                rest = unsent;
            }
        }
        results
    }

    /// Waits until the idle connection dies, and closes it; never returns where there is none.
    // 9112-9.5-p2-2, 9112-9.2-p3-2
    pub async fn watch(&mut self) {
        match &mut self.idle {
            Some(connection) => {
                connection.disturbed().await;
                self.idle = None;
                self.lost = true;
            }
            None => std::future::pending().await,
        }
    }

    /// Closes the idle connection.
    pub fn close(&mut self) {
        self.idle = None;
    }

    // 9110-9.2.2-3: once, and only what is idempotent. 9112-9.3.2-p2-1, 9112-9.3.2-p2-2: alone.
    async fn settle(
        &mut self,
        result: Result<Response, Failed>,
        request: &Request,
    ) -> Result<Response, ClientError> {
        match result {
            Err(Failed { may_retry, .. }) if may_retry && request.is_idempotent() => {
                self.options.notify(Notice::Reconnecting(Reconnect::Retry));
                let mut results = self.attempt(std::slice::from_ref(request)).await;
                let result = results.pop().unwrap_or_else(|| Err(Failed::unanswered()));
                result.map_err(|failed| failed.error)
            }
            result => result.map_err(|failed| failed.error),
        }
    }

    /// Sends requests on one connection, all at once. There is a result for each that was sent,
    /// and at least one.
    async fn attempt(&mut self, requests: &[Request]) -> Vec<Result<Response, Failed>> {
        let mut heads = Vec::with_capacity(requests.len());
        for request in requests {
            let mut head = BytesMut::new();
            match request.encode_head(&self.authority, &self.options, &mut head) {
                Ok(()) => heads.push(head.freeze()),
                Err(error) if heads.is_empty() => return vec![Err(Failed::finally(error.into()))],
                Err(_) => break,
            }
            // 9112-9.6-p5-1: nothing follows a request that closes.
            if request.closes(&self.options) {
                break;
            }
        }
        let requests = &requests[..heads.len()];
        match self.connection().await {
            Ok(mut connection) => {
                for (request, head) in requests.iter().zip(heads) {
                    connection.push(request.method.clone(), head, request.content.clone());
                }
                self.exchange(connection, requests).await
            }
            Err(error) => vec![Err(Failed::finally(error))],
        }
    }

    async fn exchange(
        &mut self,
        mut connection: Connection<C::Io>,
        requests: &[Request],
    ) -> Vec<Result<Response, Failed>> {
        let mut results = Vec::with_capacity(requests.len());
        let mut may_retry = connection.reused;
        while results.len() < requests.len() && !connection.closing {
            let response = connection.response(&self.options).await;
            let failed = response.is_err();
            results.push(response.map_err(|error| Failed {
                // Octets of a response mean that the server was at work on the request.
                may_retry: may_retry
                    && !connection.heard
                    && matches!(error, ClientError::Closed(_)),
                error,
            }));
            if failed {
                connection.closing = true;
                break;
            }
            may_retry = true;
        }
        results.resize_with(requests.len(), || {
            Err(Failed {
                may_retry,
                ..Failed::unanswered()
            })
        });
        let stays = !connection.closing
            && !requests.iter().any(|request| request.closes(&self.options))
            && connection.finish_writing(&self.options).await
            && connection.is_between();
        if stays {
            self.idle = Some(connection);
        }
        results
    }

    /// The idle connection if it is still good, else a new one.
    async fn connection(&mut self) -> Result<Connection<C::Io>, ClientError> {
        if let Some(mut connection) = self.idle.take() {
            if connection.is_quiet().await {
                return Ok(connection);
            }
            self.lost = true;
        }
        if std::mem::take(&mut self.lost) {
            // Nothing has been sent on it, so this is no retry.
            self.options.notify(Notice::Reconnecting(Reconnect::Stale));
        }
        self.dials += 1;
        self.options.notify(Notice::Dialling(self.dials));
        let connecting = timeout(self.options.deadlines.connect, self.connector.connect());
        match connecting.await {
            Ok(Ok(io)) => Ok(Connection::new(io, &self.options)),
            Ok(Err(error)) => Err(ClientError::Connect(error)),
            Err(_) => Err(ClientError::ConnectTimeout),
        }
    }
}

/// A request that was not answered.
struct Failed {
    error: ClientError,
    /// Whether it may be sent again, if it is idempotent.
    may_retry: bool,
}

impl Failed {
    fn finally(error: ClientError) -> Self {
        Self {
            error,
            may_retry: false,
        }
    }

    /// Sent or not, no octet of a response to it has come.
    fn unanswered() -> Self {
        Self {
            error: ClientError::Closed(None),
            may_retry: true,
        }
    }
}

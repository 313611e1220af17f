//! How a player writes: in segments, at a pace, and while everything is read.

use std::future::poll_fn;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use bytes::Bytes;

use super::lane::Lane;
use super::player::{Player, Stop};
use super::values::Absent;
use crate::scenario::{Closing, Octets, Pace};

impl Player<'_> {
    pub(crate) fn read_slowly(&mut self, lane: usize, pace: &Pace) -> Result<(), Stop> {
        if let Some(octets) = pace.read {
            let every = match &pace.every {
                Some(every) => self.values.duration(every)?,
                None => SLOW_READ,
            };
            self.lanes[lane].read_slowly(octets, every, Instant::now());
        }
        Ok(())
    }

    /// Writes, in segments or at a pace. A write that fails is no mismatch: what the subject
    /// says or does about it is.
    pub(crate) async fn write(
        &mut self,
        lane: usize,
        octets: &Octets,
        pace: Option<&Pace>,
    ) -> Result<(), Stop> {
        let segments = self.values.segments(octets, &self.named)?;
        if let Some(pace) = pace {
            self.read_slowly(lane, pace)?;
        }
        let Some((pieces, every)) = self.pieces(&segments, pace)? else {
            for (index, segment) in segments.iter().enumerate() {
                if index > 0 {
                    self.pause(BETWEEN_SEGMENTS).await;
                }
                if !self.write_all(lane, segment).await {
                    break;
                }
            }
            return Ok(());
        };
        let start = Instant::now();
        for (index, piece) in pieces.iter().enumerate() {
            // From the start, so that small delays do not add up.
            let due = start + every.mul_f64(index as f64);
            self.pause(due.saturating_duration_since(Instant::now()))
                .await;
            if self.lanes[lane].has_ended() || !self.write_all(lane, piece).await {
                break;
            }
        }
        Ok(())
    }

    /// The pieces of a paced write and the time between two of them.
    pub(crate) fn pieces(
        &self,
        segments: &[Bytes],
        pace: Option<&Pace>,
    ) -> Result<Option<(Vec<Bytes>, Duration)>, Absent> {
        let Some(pace) = pace.filter(|pace| {
            pace.bytes.is_some()
                || pace.over.is_some()
                || (pace.every.is_some() && pace.read.is_none())
        }) else {
            return Ok(None);
        };
        let size = pace.bytes.unwrap_or(1).max(1);
        let pieces: Vec<Bytes> = segments
            .iter()
            .flat_map(|segment| {
                (0..segment.len())
                    .step_by(size)
                    .map(|from| segment.slice(from..(from + size).min(segment.len())))
            })
            .collect();
        let every = match (&pace.over, &pace.every) {
            (Some(over), _) => {
                self.values.duration(over)?
                    / u32::try_from(pieces.len().saturating_sub(1).max(1)).unwrap_or(u32::MAX)
            }
            (None, Some(every)) => self.values.duration(every)?,
            (None, None) => BETWEEN_SEGMENTS,
        };
        Ok(Some((pieces, every)))
    }

    /// Writes all of it while everything is read; `false` where the other side stopped reading.
    pub(crate) async fn write_all(&mut self, lane: usize, octets: &[u8]) -> bool {
        let mut rest = octets;
        poll_fn(|context| {
            loop {
                let (lanes, recorder) = (&mut self.lanes, &mut self.recorder);
                let written = if rest.is_empty() {
                    lanes[lane].poll_flush(context).map_ok(|()| None)
                } else {
                    lanes[lane].poll_send(context, rest, recorder).map_ok(Some)
                };
                match written {
                    Poll::Ready(Ok(Some(count))) => rest = &rest[count..],
                    Poll::Ready(Ok(None)) => return Poll::Ready(true),
                    Poll::Ready(Err(())) => return Poll::Ready(false),
                    Poll::Pending => {
                        // Both sides may have much to say: reading goes on while writing waits.
                        if self.poll_everything(context) || self.poll_next_read(context) {
                            // Who has read not all of it is not woken for the rest.
                            context.waker().wake_by_ref();
                        }
                        if self.lanes[lane].has_ended() && self.lanes[lane].opened_by_us {
                            return Poll::Ready(false);
                        }
                        return Poll::Pending;
                    }
                }
            }
        })
        .await
    }

    /// Whether it is time to read on a connection that is read slowly; if not, the clock wakes us.
    fn poll_next_read(&mut self, context: &mut Context<'_>) -> bool {
        let Some(next) = self.lanes.iter().filter_map(Lane::next_read).min() else {
            return false;
        };
        self.sleep.as_mut().reset(next.into());
        self.sleep.as_mut().poll(context).is_ready()
    }

    pub(crate) async fn close(&mut self, lane: usize, closing: Closing) -> Result<(), Stop> {
        if closing == Closing::Half && !self.lanes[lane].can_half_close() {
            return Err(Stop::Skip(
                "TLS 1.2 has no half-close: whoever is told so drops what it still would send"
                    .into(),
            ));
        }
        poll_fn(|context| {
            let (lane, recorder) = (&mut self.lanes[lane], &mut self.recorder);
            match closing {
                Closing::Fin => lane.close(context, &mut self.scratch, recorder),
                Closing::Half => lane.half_close(context, recorder),
                Closing::Rst => lane.reset(recorder),
            }
            Poll::Ready(())
        })
        .await;
        Ok(())
    }
}

/// The pause at a segment boundary, long enough that the receiver sees two reads.
const BETWEEN_SEGMENTS: Duration = Duration::from_millis(10);

/// The pause of slow reading where the file names none.
const SLOW_READ: Duration = Duration::from_millis(10);

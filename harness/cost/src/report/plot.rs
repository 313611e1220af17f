//! Plots with two logarithmic axes, as coordinates that a template draws.

/// A line of a plot.
pub(super) struct Series {
    pub(super) name: String,
    /// The class that gives it its colour.
    pub(super) class: &'static str,
    pub(super) points: Vec<(f64, f64)>,
}

/// A plot that is ready to be drawn.
pub(super) struct Plot {
    pub(super) title: String,
    /// What lies on the axes.
    pub(super) across: &'static str,
    pub(super) up: &'static str,
    pub(super) columns: Vec<Tick>,
    pub(super) lines: Vec<Tick>,
    pub(super) curves: Vec<Curve>,
}

/// A place on an axis.
pub(super) struct Tick {
    pub(super) at: String,
    pub(super) label: String,
}

/// A line, as SVG wants it.
pub(super) struct Curve {
    pub(super) name: String,
    pub(super) class: &'static str,
    /// `x,y x,y …`
    pub(super) path: String,
    pub(super) dots: Vec<Dot>,
}

pub(super) struct Dot {
    pub(super) x: String,
    pub(super) y: String,
    pub(super) label: String,
}

/// The plot of these lines; nothing where there is no point.
pub(super) fn plot(
    title: String,
    (across, up): (&'static str, &'static str),
    series: Vec<Series>,
) -> Option<Plot> {
    let points = || series.iter().flat_map(|it| &it.points);
    let x = Axis::of(points().map(|point| point.0), LEFT, WIDTH - RIGHT)?;
    let y = Axis::of(points().map(|point| point.1), HEIGHT - BELOW, ABOVE)?.rounded();
    let mut values: Vec<f64> = points().map(|point| point.0).collect();
    values.sort_by(f64::total_cmp);
    values.dedup();
    let tick = |axis: &Axis, value: f64| Tick {
        at: number(axis.place(value)),
        label: label(value),
    };
    Some(Plot {
        columns: values.iter().map(|&value| tick(&x, value)).collect(),
        lines: y.steps().map(|value| tick(&y, value)).collect(),
        title,
        across,
        up,
        curves: series.into_iter().map(|it| curve(it, &x, &y)).collect(),
    })
}

fn curve(series: Series, x: &Axis, y: &Axis) -> Curve {
    let dots: Vec<Dot> = (series.points.iter())
        .map(|&(across, up)| Dot {
            x: number(x.place(across)),
            y: number(y.place(up)),
            label: format!("{}: {}", label(across), label(up)),
        })
        .collect();
    let path: Vec<_> = (dots.iter())
        .map(|dot| format!("{},{}", dot.x, dot.y))
        .collect();
    Curve {
        name: series.name,
        class: series.class,
        path: path.join(" "),
        dots,
    }
}

/// A logarithmic axis.
struct Axis {
    least: f64,
    most: f64,
    from: f64,
    to: f64,
}

impl Axis {
    fn of(values: impl Iterator<Item = f64>, from: f64, to: f64) -> Option<Self> {
        let (mut least, mut most) = (f64::INFINITY, 0.0_f64);
        for value in values.filter(|value| *value > 0.0 && value.is_finite()) {
            least = least.min(value);
            most = most.max(value);
        }
        if most == 0.0 {
            return None;
        }
        if least == most {
            (least, most) = (least / 2.0, most * 2.0);
        }
        Some(Self {
            least,
            most,
            from,
            to,
        })
    }

    /// Out to the next round values.
    fn rounded(self) -> Self {
        let steps: Vec<f64> = self.candidates().collect();
        let least = steps.iter().rfind(|step| **step <= self.least * 1.001);
        let most = steps.iter().find(|step| **step >= self.most * 0.999);
        Self {
            least: *least.unwrap_or(&self.least),
            most: *most.unwrap_or(&self.most),
            ..self
        }
    }

    fn place(&self, value: f64) -> f64 {
        let share = (value / self.least).ln() / (self.most / self.least).ln();
        self.from + share * (self.to - self.from)
    }

    /// Round values within it.
    fn steps(&self) -> impl Iterator<Item = f64> {
        let within = self.least * 0.999..=self.most * 1.001;
        self.candidates()
            .filter(move |value| within.contains(value))
    }

    /// Round values from before it to behind it: powers of ten, and where these are few, also two and
    /// five times them.
    fn candidates(&self) -> impl Iterator<Item = f64> {
        let decades = self.least.log10().floor() as i32..=self.most.log10().ceil() as i32;
        let factors: &[f64] = match decades.clone().count() {
            ..=4 => &[1.0, 2.0, 5.0],
            _ => &[1.0],
        };
        decades.flat_map(|power| {
            factors
                .iter()
                .map(move |factor| factor * 10_f64.powi(power))
        })
    }
}

fn number(place: f64) -> String {
    format!("{place:.1}")
}

/// A value with as many digits as one reads.
fn label(value: f64) -> String {
    let digits = (2.0 - value.log10().floor()).clamp(0.0, 6.0) as usize;
    let text = format!("{value:.digits$}");
    if !text.contains('.') {
        return text;
    }
    text.trim_end_matches('0').trim_end_matches('.').into()
}

/// The drawing, in its own units; the template has the same.
const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 320.0;
const LEFT: f64 = 84.0;
const RIGHT: f64 = 24.0;
const ABOVE: f64 = 16.0;
const BELOW: f64 = 44.0;

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(0.02, "0.02")]
    #[case(1.0, "1")]
    #[case(1.015, "1.01")]
    #[case(333.3, "333")]
    #[case(50_000.0, "50000")]
    fn a_label_has_the_digits_that_matter(#[case] value: f64, #[case] expected: &str) {
        assert_eq!(label(value), expected);
    }

    #[test]
    fn equal_factors_are_equally_far_apart() {
        let axis = Axis::of([1.0, 100.0].into_iter(), 0.0, 10.0).unwrap();
        assert_eq!(
            [1.0, 10.0, 100.0].map(|value| axis.place(value)),
            [0.0, 5.0, 10.0]
        );
        assert_eq!(
            axis.steps().collect::<Vec<_>>(),
            [1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0]
        );
    }

    #[test]
    fn an_axis_goes_out_to_round_values() {
        let axis = |values: [f64; 2]| {
            let axis = Axis::of(values.into_iter(), 0.0, 1.0).unwrap();
            axis.rounded().steps().collect::<Vec<_>>()
        };
        assert_eq!(axis([0.3, 4.0]), [0.2, 0.5, 1.0, 2.0, 5.0]);
        assert_eq!(axis([3.3, 20_000.0]), [1.0, 10.0, 100.0, 1e3, 1e4, 1e5]);
    }

    #[test]
    fn one_value_lies_in_the_middle_and_none_is_no_axis() {
        let axis = Axis::of([7.0].into_iter(), 0.0, 10.0).unwrap();
        assert_eq!(axis.place(7.0), 5.0);
        assert!(Axis::of([0.0, f64::INFINITY].into_iter(), 0.0, 1.0).is_none());
    }
}

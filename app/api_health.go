package app

import (
	"context"

	"oura-streaming/internal/metrics"
	"oura-streaming/internal/oura"
)

// HealthAPI reads what is stored as days, nights and courses over months: the
// screens Today, Night and Trends. Days are written like 2026-11-22.
type HealthAPI struct{ b *backend }

// Day returns the screen Today of a day, "" for the newest.
func (a *HealthAPI) Day(day string) (DayView, error) {
	return figuresFrom(a.b, emptyDay(), func(ctx context.Context, r *metrics.Reader, who metrics.Who) (DayView, error) {
		d, err := r.Day(ctx, who, oura.Day(day))
		if err != nil {
			return emptyDay(), err
		}
		return dayView(d), nil
	})
}

// Night returns all sleep of a day, "" for the newest that has any.
func (a *HealthAPI) Night(day string) (NightView, error) {
	return figuresFrom(a.b, nightView(metrics.Night{}), func(ctx context.Context, r *metrics.Reader, who metrics.Who) (NightView, error) {
		n, err := r.Night(ctx, who, oura.Day(day))
		return nightView(n), err
	})
}

// Metrics returns every numeric field there is.
func (a *HealthAPI) Metrics() ([]MetricView, error) {
	return figuresFrom(a.b, []MetricView{}, func(ctx context.Context, r *metrics.Reader, who metrics.Who) ([]MetricView, error) {
		list, err := r.Metrics(ctx, who)
		return each(list, metricView), err
	})
}

// Trend returns a metric from from to to; "" for the first and the last day.
func (a *HealthAPI) Trend(metric, from, to string) (TrendView, error) {
	t, err := a.trend(metric, from, to)
	return trendView(t), err
}

func (a *HealthAPI) trend(metric, from, to string) (metrics.Trend, error) {
	return figuresFrom(a.b, metrics.Trend{}, func(ctx context.Context, r *metrics.Reader, who metrics.Who) (metrics.Trend, error) {
		return r.Trend(ctx, who, metric, oura.Day(from), oura.Day(to))
	})
}

// SaveTrend asks for a place and writes days and values there as CSV; it returns
// the file's name, "" when no place was chosen.
func (a *HealthAPI) SaveTrend(metric, from, to string) (string, error) {
	t, err := a.trend(metric, from, to)
	if err != nil {
		return "", err
	}
	name := "oura-" + plainName(t.Metric.ID) + "-" + string(t.From) + "-to-" + string(t.To)
	return a.b.save("Save values", name, ".csv", trendCSV(t))
}

// SavePicture asks for a place and writes a picture there: name without ending,
// png in base64. It returns the file's name, "" when no place was chosen.
func (a *HealthAPI) SavePicture(name, png string) (string, error) {
	if _, err := a.b.live(); err != nil {
		return "", err
	}
	picture, err := pictureOf(png)
	if err != nil {
		return "", err
	}
	return a.b.save("Save picture", pictureName(name), ".png", picture)
}

// figuresFrom asks the running engine for figures; nothing is what is returned when
// there is none.
func figuresFrom[V any](b *backend, nothing V, ask func(context.Context, *metrics.Reader, metrics.Who) (V, error)) (V, error) {
	e, err := b.live()
	if err != nil {
		return nothing, err
	}
	who, err := e.Who(b.ctx)
	if err != nil {
		return nothing, err
	}
	return ask(b.ctx, e.Metrics(), who)
}

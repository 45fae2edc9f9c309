package function

import (
	"fmt"
	"math"
	"time"
	_ "time/tzdata" // for machines that have no zones

	"github.com/outcropdb/outcrop/vec"
)

// zone knows a time zone's offset from UTC at any time. It remembers the period it looked up last.
type zone struct {
	location *time.Location // nil: offset always holds
	offset   int64          // microseconds that local time is ahead of UTC
	from, to int64          // of the period in which offset holds, in microseconds of UTC
}

// maxOffset bounds zones given as intervals.
const maxOffset = 18 * vec.Hour

// maxZoneName bounds names that are looked up; the TZ database's have some 30 characters at most.
const maxZoneName = 64

// zoneOf finds a zone by its name in the TZ database, or an offset like +01:00.
func zoneOf(name, _ []byte) (zone, error) {
	switch s := string(name); s {
	case "", "UTC", "Z", "utc":
		return zone{}, nil
	default:
		if s[0] == '+' || s[0] == '-' {
			// A text with an offset is earlier by it.
			n, err := vec.ParseText(vec.Timestamp, []byte("2000-01-01T00:00:00"+s))
			if err == nil {
				midnight := vec.DaysFromCivil(2000, 1, 1) * vec.Day
				return zone{offset: midnight - n}, nil
			}
		}
		if s == "Local" || len(s) > maxZoneName {
			break
		}
		location, err := time.LoadLocation(s)
		if err == nil {
			return zone{location: location, from: math.MaxInt64}, nil
		}
	}
	return zone{}, fmt.Errorf("%q is no time zone: want a name like 'America/New_York', or an offset like '+01:00'", clip(name))
}

// ahead is what local time is ahead of UTC, at a time of UTC.
func (z *zone) ahead(utc int64) int64 {
	if z.location != nil && (utc < z.from || utc >= z.to) {
		at := time.UnixMicro(utc).In(z.location)
		_, seconds := at.Zone()
		z.offset = int64(seconds) * vec.Second
		z.from, z.to = math.MinInt64, math.MaxInt64
		start, end := at.ZoneBounds()
		if !start.IsZero() {
			z.from = start.UnixMicro()
		}
		if !end.IsZero() {
			z.to = end.UnixMicro()
		}
	}
	return z.offset
}

func (z *zone) toLocal(utc int64) int64 { return utc + z.ahead(utc) }

// toUTC takes a local time that comes twice for the first, and one that is skipped for as much later.
func (z *zone) toUTC(local int64) int64 {
	early := local - z.ahead(local-vec.Day)
	late := local - z.ahead(local+vec.Day)
	if z.toLocal(early) == local {
		return early
	}
	if z.toLocal(late) == local {
		return late
	}
	return early
}

// zones is a call's argument that names time zones; the zero zones is UTC.
type zones struct {
	names varlen
	fixed column[int64] // or intervals
	last  memo[zone]
	own   zone
}

// zoneTypes is what a time zone may be given as.
const zoneTypes = text | micros

// of reads argument n of args, if there is one.
func (z *zones) of(args []*vec.Vector, n int) {
	z.names, z.fixed = varlen{}, column[int64]{}
	switch {
	case len(args) <= n:
	case args[n].Type == vec.String:
		z.names = textsOf(args[n])
	default:
		z.fixed = intsOf(args[n])
	}
}

func (z *zones) at(i int) (*zone, error) {
	switch {
	case z.names.offsets != nil:
		return z.last.get(z.names.at(i), nil, zoneOf)
	case z.fixed.rows != nil:
		offset := z.fixed.at(i)
		if offset > maxOffset || offset < -maxOffset {
			return nil, fmt.Errorf("a time zone's offset is at most 18 hours")
		}
		z.own = zone{offset: offset}
	}
	return &z.own, nil
}

// name is what the zone is called at a time of UTC: UTC, EST, or its offset.
func (z *zone) name(utc int64) string {
	switch {
	case z.location != nil:
		name, _ := time.UnixMicro(utc).In(z.location).Zone()
		return name
	case z.offset != 0:
		return string(appendOffset(nil, z.offset, ":"))
	}
	return "UTC"
}

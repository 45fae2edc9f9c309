package workload

import "strconv"

// flat writes documents without nesting, as tables of a relational benchmark have them. Texts are taken as
// they are: they have no character that JSON escapes.
type flat struct{ out []byte }

func (f *flat) begin() { f.out = append(f.out[:0], '{') }

// end gives the document, which is good until the next begin.
func (f *flat) end() []byte {
	f.out = append(f.out, '}')
	return f.out
}

func (f *flat) name(name string) {
	if len(f.out) > 1 {
		f.out = append(f.out, ',')
	}
	f.out = append(f.out, '"')
	f.out = append(f.out, name...)
	f.out = append(f.out, `":`...)
}

func (f *flat) integer(name string, v int) {
	f.name(name)
	f.out = strconv.AppendInt(f.out, int64(v), 10)
}

// money is a number with two digits behind the point, always, so that it is a float in every document.
func (f *flat) money(name string, cents int) {
	f.name(name)
	if cents < 0 {
		f.out, cents = append(f.out, '-'), -cents
	}
	f.out = strconv.AppendInt(f.out, int64(cents/100), 10)
	f.out = append(f.out, '.', byte('0'+cents/10%10), byte('0'+cents%10))
}

func (f *flat) text(name, v string) {
	f.name(name)
	f.out = append(f.out, '"')
	f.out = append(f.out, v...)
	f.out = append(f.out, '"')
}

// numbered is a text that ends with a number of nine digits: Clerk#000000951.
func (f *flat) numbered(name, prefix string, n int) {
	f.text(name, prefix)
	f.out = f.out[:len(f.out)-1]
	for unit := 100_000_000; unit > 0; unit /= 10 {
		f.out = append(f.out, byte('0'+n/unit%10))
	}
	f.out = append(f.out, '"')
}

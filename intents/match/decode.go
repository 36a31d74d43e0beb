package match

import (
	"encoding/binary"
	"math"
)

// decoder reads a payload. After the first thing that does not fit it returns
// zeros; the caller looks at failed once, at the end.
type decoder struct {
	b      []byte
	failed bool
}

func (d *decoder) bytes(n int) []byte {
	if n < 0 || n > len(d.b) {
		d.failed, d.b = true, nil
		return nil
	}
	out := d.b[:n]
	d.b = d.b[n:]
	return out
}

// int reads a number of at most limit.
func (d *decoder) int(limit int) int {
	b := d.bytes(4)
	if b == nil {
		return 0
	}
	n := binary.LittleEndian.Uint32(b)
	if uint64(n) > uint64(limit) {
		d.failed, d.b = true, nil
		return 0
	}
	return int(n)
}

func (d *decoder) float() float32 {
	b := d.bytes(4)
	if b == nil {
		return 0
	}
	f := math.Float32frombits(binary.LittleEndian.Uint32(b))
	if f != f {
		d.failed = true
	}
	return f
}

func (d *decoder) string() string { return string(d.bytes(d.int(1 << 16))) }

func (d *decoder) strings() []string {
	out := make([]string, d.int(1<<12))
	for i := range out {
		out[i] = d.string()
	}
	return out
}

func (d *decoder) nibbles() []byte {
	packed := d.bytes(d.int(1 << 19))
	out := make([]byte, 2*len(packed))
	for i, b := range packed {
		out[2*i], out[2*i+1] = b&0xF, b>>4
	}
	return out
}

func (d *decoder) words() []uint64 {
	b := d.bytes(8 * d.int(maxModel/8))
	if len(b) == 0 {
		return nil
	}
	out := make([]uint64, len(b)/8)
	for i := range out {
		out[i] = binary.LittleEndian.Uint64(b[8*i:])
	}
	return out
}

func (d *decoder) floats() []float32 {
	n := d.int(maxModel / 4)
	if n == 0 || 4*n > len(d.b) {
		d.failed = d.failed || n > 0
		return nil
	}
	out := make([]float32, n)
	for i := range out {
		out[i] = d.float()
	}
	return out
}

// fill reads exactly as many floats as out holds.
func (d *decoder) fill(out []float32) {
	if in := d.floats(); len(in) == len(out) {
		copy(out, in)
	} else {
		d.failed = true
	}
}

func (d *decoder) detector(t *detector) {
	t.langs = d.strings()
	for _, b := range d.bytes(len(t.langs)) {
		t.latin = append(t.latin, b != 0)
	}
	t.home = d.string()
	t.table = d.words()
	t.scale = d.float()
	d.fill(t.bias[:])
	if len(t.table) != langRows*langWords || len(t.langs) > maxLangs {
		d.failed = true
	}
}

func (d *decoder) head() *head {
	h := &head{lang: d.string()}
	h.classes, h.hidden, h.stride = d.int(1<<12), d.int(1<<12), d.int(1<<12)
	h.idf = d.nibbles()
	h.known = d.words()
	for range d.int(64) {
		if b := d.bytes(8); len(b) == 8 {
			h.digests = append(h.digests, binary.LittleEndian.Uint64(b))
		}
	}
	h.table = d.words()
	h.scale, h.bias = d.floats(), d.floats()
	h.top = d.words()
	h.topSize, h.topBias = d.floats(), d.floats()
	d.fill(h.sharp[:])
	d.fill(h.gate.weight[:])
	h.gate.bias, h.gate.limit = d.float(), d.float()
	h.gate.class = int32(d.int(1<<12)) - 1
	return h
}

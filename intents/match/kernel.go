package match

// entry is one feature ready for the kernel: the first word of its row in the
// weight table, and its value in steps.
type entry struct {
	row, q uint32
}

// Weights are four bits, offset by eight: sixteen columns ride in one 64-bit
// word, four to a register, so one multiplication does the work of four. The
// largest value in steps is maxQ: 15·63·64 fits the 16 bits of a lane, so that
// many products are summed before a lane is widened.
const (
	maxQ    = 63
	unroll  = 64
	columns = 16 // to a word
	offset  = 8
	levels  = 7 // weights run from -levels to levels

	low4 = 0x000F000F000F000F
)

// pad rounds a number of columns up to whole words.
func pad(n int) int { return (n + columns - 1) &^ (columns - 1) }

// sum computes acc[j] = Σ q·w over the entries for every column j of a table
// of rows of stride words. It returns Σ q, with which the offset is taken off.
func sum(table []uint64, stride int, entries []entry, acc []uint32) uint32 {
	var total uint32
	for i := range entries {
		total += entries[i].q
	}
	for c := 0; c < stride; c++ {
		out := acc[c*columns:][:columns]
		clear(out)
		for rest := entries; len(rest) > 0; {
			n := min(unroll, len(rest))
			var a, b, d, e uint64
			for _, f := range rest[:n] {
				w := table[int(f.row)+c]
				q := uint64(f.q)
				a += (w & low4) * q
				b += (w >> 4 & low4) * q
				d += (w >> 8 & low4) * q
				e += (w >> 12 & low4) * q
			}
			rest = rest[n:]
			for i, lanes := range [...]uint64{a, b, d, e} {
				out[i] += uint32(lanes & 0xFFFF)
				out[i+4] += uint32(lanes >> 16 & 0xFFFF)
				out[i+8] += uint32(lanes >> 32 & 0xFFFF)
				out[i+12] += uint32(lanes >> 48)
			}
		}
	}
	return total
}

// weightAt returns column col of row in steps.
func weightAt(table []uint64, stride, row, col int) int {
	return int(table[row*stride+col/columns]>>(col%columns*4)&0xF) - offset
}

// empty returns a table of n words in which every weight is zero.
func empty(n int) []uint64 {
	t := make([]uint64, n)
	for i := range t {
		t[i] = 0x8888888888888888
	}
	return t
}

// pack stores one column and returns the size of its steps, the largest
// weight being the last: cutting weights off instead cost more accuracy than
// the finer steps won.
func pack(table []uint64, stride, col, rows int, at func(int) float32) float32 {
	top := float32(1e-9)
	for r := range rows {
		top = max(top, at(r), -at(r))
	}
	scale := top / levels
	shift := uint(col % columns * 4)
	for r := range rows {
		q := uint64(nearest(at(r)/scale) + offset)
		word := &table[r*stride+col/columns]
		*word = *word&^(0xF<<shift) | q<<shift
	}
	return scale
}

func nearest(x float32) int {
	if x < 0 {
		return -int(0.5 - x)
	}
	return int(x + 0.5)
}

package match

import (
	"math"
	"slices"
)

// judged is a line that was scored by a head that never saw it.
type judged struct {
	label   int
	row     []float32 // decisions of the linear machine
	hidden  []float32 // scores of the net
	unknown float32
}

// quantile returns the value below which the share q of xs lies.
func quantile(xs []float64, q float64) float64 {
	if len(xs) == 0 {
		return 0
	}
	s := slices.Clone(xs)
	slices.Sort(s)
	return s[min(len(s)-1, int(q*float64(len(s))))]
}

// nll is the mean negative log-likelihood of the labels when linear and net
// scores are multiplied by a and b.
func nll(lines []judged, a, b float32) float64 {
	sum := 0.0
	var z []float32
	for i := range lines {
		l := &lines[i]
		z = slices.Grow(z[:0], len(l.row))[:len(l.row)]
		top := float32(math.Inf(-1))
		for k := range z {
			z[k] = a * l.row[k]
			if b != 0 {
				z[k] += b * l.hidden[k]
			}
			top = max(top, z[k])
		}
		total := 0.0
		for _, v := range z {
			total += math.Exp(float64(v - top))
		}
		sum += math.Log(total) - float64(z[l.label]-top)
	}
	return sum / float64(len(lines))
}

// fitSharpness finds the two factors, which are temperature and ensemble
// weights in one, by a search that narrows around the best pair.
func fitSharpness(lines []judged, withNet bool) [2]float32 {
	best := [2]float32{6, 0}
	if withNet {
		best = [2]float32{3, 0.6}
	}
	score := nll(lines, best[0], best[1])
	for step := float32(1.6); step > 1.01; step = root(step) {
		for moved := true; moved; {
			moved = false
			for _, f := range [...][2]float32{{step, 1}, {1 / step, 1}, {1, step}, {1, 1 / step}} {
				a, b := best[0]*f[0], best[1]*f[1]
				if !withNet && f[1] != 1 || a > 40 || b > 10 || a < 0.02 || withNet && b < 0.02 {
					continue
				}
				if s := nll(lines, a, b); s < score-1e-6 {
					best, score, moved = [2]float32{a, b}, s, true
				}
			}
		}
	}
	return best
}

package match

import (
	"runtime"
	"sync"
)

// svmCost is C of the support vector machine; values from 0.5 to 2 score the
// same on the validation sets.
const svmCost = 1

// trainSVM fits one linear machine a class against the rest: L2-regularised
// squared hinge loss by dual coordinate descent (Hsieh et al. 2008). It
// returns weights [class][bucket] with the bias last.
func trainSVM(c *corpus, passes int, seed uint64) [][]float32 {
	w := make([][]float32, c.classes)
	square := make([]float32, len(c.rows))
	for i, r := range c.rows {
		square[i] = 1
		for _, v := range r.value {
			square[i] += v * v
		}
	}
	next := make(chan int)
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for k := range next {
				w[k] = trainOne(c, k, square, passes, rng(seed+uint64(k)*977))
			}
		})
	}
	for k := range w {
		next <- k
	}
	close(next)
	wg.Wait()
	return w
}

func trainOne(c *corpus, class int, square []float32, passes int, r rng) []float32 {
	const diagonal = 1.0 / (2 * svmCost)
	w := make([]float32, c.buckets+1)
	alpha := make([]float32, len(c.rows))
	active := make([]int, len(c.rows))
	for i := range active {
		active[i] = i
	}
	for range passes {
		r.shuffle(active)
		moved := float32(0)
		keep := active[:0]
		for _, i := range active {
			x := &c.rows[i]
			y := float32(-1)
			if x.label == class {
				y = 1
			}
			dot := w[c.buckets]
			for j, b := range x.bucket {
				dot += w[b] * x.value[j]
			}
			g := y*dot - 1 + diagonal*alpha[i]
			if alpha[i] == 0 && g > 0.3 {
				continue // well on its own side: left out of later passes
			}
			keep = append(keep, i)
			old := alpha[i]
			alpha[i] = max(0, old-g/(square[i]+diagonal))
			d := (alpha[i] - old) * y
			if d == 0 {
				continue
			}
			moved = max(moved, d, -d)
			w[c.buckets] += d
			for j, b := range x.bucket {
				w[b] += d * x.value[j]
			}
		}
		active = keep
		if moved < 0.01 {
			break
		}
	}
	return w
}

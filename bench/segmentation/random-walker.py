# Labels of a grey image by the random walker of scikit-image [Grady 2006, IEEE PAMI 28:1768], markers where the image
# after a Gaussian of one voxel lies within a seventh of the smallest step of a class's true grey value.
#   random-walker.py GREY.raw LABELS.raw nz,ny,nx level,level,…
import sys
import warnings

import numpy as np
from scipy import ndimage
from skimage.segmentation import random_walker

warnings.simplefilter('ignore')
grey, out, shape, levels = sys.argv[1:]
levels = [float(level) for level in levels.split(',')]
image = np.fromfile(grey, np.uint8).reshape([int(n) for n in shape.split(',')]).astype(float).squeeze()
smooth = ndimage.gaussian_filter(image, 1)
near = min(b - a for a, b in zip(levels, levels[1:])) / 7
markers = np.zeros(image.shape, int)
for k, level in enumerate(levels):
    markers[abs(smooth - level) < near] = k + 1
(random_walker(image, markers, beta=130, mode='cg_j') - 1).astype(np.uint8).tofile(out)

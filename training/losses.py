"""What training minimises: regions told apart (InfoNCE), likeness to the teacher, and loudness where it belongs."""
import torch
import torch.nn.functional as F

TEMPERATURE = .1
# The weight of little loudness beside small regions: at more, gates look for edges and leave out most of a thing.
PRECISION = .2
# Cells of a batch whose likeness is compared with the teacher's.
CELLS = 1536


def pool(maps, weights):
    """maps (n, c, h, w), weights (n, 1, h, w) in 0..1 -> [GeM with p = 3, maximum], each (n, c), l2-normalised."""
    w = weights / weights.sum((2, 3), keepdim=True).clamp_min(1e-6)
    mean = ((maps ** 3 * w).sum((2, 3)) + 1e-9) ** (1 / 3)
    top = (maps * weights).amax((2, 3))
    return [F.normalize(v + 1e-6, dim=1) for v in (mean, top)]


def told_apart(logits, target):
    return F.cross_entropy(logits, target), (logits.argmax(1) == target).float().mean()


def regions_told_apart(maps, inside, small, behind):
    """InfoNCE over regions both ways, with the grounds of small regions as further negatives; and from regions to whole
    second views, in which they must be louder than the ground. maps (2n, c, h, w): first views, then second; `inside`
    (2n, 1, h, w): the region's share of each cell."""
    n = len(small)
    target = torch.arange(n, device=maps.device)
    shown = behind[small][None] == target[:, None]                # the ground of a region may show that very picture
    shown_whole = (behind[None] == target[:, None]) & small[None]
    regions, second = pool(maps, inside), maps[n:]
    total, right = 0., 0.
    for region, ground, whole in zip(regions, pool(second, 1 - inside[n:]), pool(second, torch.ones_like(inside[n:]))):
        a, b, negatives = region[:n], region[n:], ground[small]
        forth = torch.cat([a @ b.T, (a @ negatives.T).masked_fill(shown, -1e3)], 1) / TEMPERATURE
        back = torch.cat([b @ a.T, (b @ negatives.T).masked_fill(shown, -1e3)], 1) / TEMPERATURE
        found = (a @ whole.T).masked_fill(shown_whole, -1e3) / TEMPERATURE
        for logits, weight in ((forth, .4), (back, .4), (found, .2)):
            loss, share = told_apart(logits, target)
            total, right = total + weight * loss / 2, right + weight * share / 2
    return total, right


def kinship(x):
    """Cosines between rows, over the temperature, each row's own left out."""
    x = F.normalize(x, dim=1)
    return (x @ x.T / TEMPERATURE).fill_diagonal_(-1e3)


def unlike(student, teacher):
    """How far apart two sets of vectors of the same things are in which of these are alike: the teacher's about their
    mean, which all of them share; the student's as they are, so that it learns to share none."""
    return F.kl_div(F.log_softmax(kinship(student), 1), F.softmax(kinship(teacher - teacher.mean(0)), 1), reduction="batchmean")


def distance_to_teacher(seen, head, kin):
    """-> (likeness of pooled views and of cells, 1 - cosine of each cell mapped linearly to the teacher's features of it)."""
    n, c, h, w = kin.shape
    chosen = torch.randperm(n * h * w, device=kin.device)[:CELLS]
    of_cells = lambda maps: maps.permute(0, 2, 3, 1).reshape(n * h * w, -1)[chosen]
    target = F.interpolate(seen, (h, w), mode="bilinear", align_corners=False)
    alike = unlike(of_cells(kin), of_cells(target))
    everywhere = torch.ones_like(kin[:, :1])
    for a, b in zip(pool(kin, everywhere), pool(target, everywhere)):
        alike = alike + unlike(a, b) / 2
    return alike, 1 - F.cosine_similarity(head(kin), target, dim=1).mean()


@torch.no_grad()
def fit_to_teacher(head, kin, seen):
    """The linear map of cells of kin (n, c, h, w) to the teacher's features of them (n, 512, h', w'), by least squares."""
    target = F.interpolate(seen, kin.shape[2:], mode="bilinear", align_corners=False)
    x, y = (maps.permute(0, 2, 3, 1).flatten(0, 2) for maps in (F.pad(kin, (0, 0, 0, 0, 0, 1), value=1.), target))
    fitted = torch.linalg.lstsq(x.T @ x + torch.eye(x.shape[1], device=x.device), x.T @ y).solution.T
    head.weight.copy_(fitted[:, :-1, None, None])
    head.bias.copy_(fitted[:, -1])


def correlation(a, b):
    """Over the cells of each map (n, 1, h, w), averaged."""
    a, b = (v.flatten(1) - v.flatten(1).mean(1, keepdim=True) for v in (a, b))
    return F.cosine_similarity(a, b, dim=1).mean()


def gate_loss(codes, loudness, length, inside, small, behind, teacher_weight):
    """How loud a cell is to be, by one gate: regions must be found by pooling in the whole of second views, where they may
    be small on other ground; little of the loudness should lie outside those; over a view it should rise and fall as the
    length of the teacher's features does. codes (2n, c, h, w), loudness and inside (2n, 1, h, w): first views, then
    second."""
    n = len(small)
    maps = codes * loudness
    target = torch.arange(n, device=codes.device)
    shown = (behind[None] == target[:, None]) & small[None]
    found = 0.
    for a, whole in zip(pool(maps[:n], inside[:n]), pool(maps[n:], torch.ones_like(inside[n:]))):
        found = found + F.cross_entropy((a @ whole.T).masked_fill(shown, -1e3) / TEMPERATURE, target) / 2
    second, inside = loudness[n:][small], inside[n:][small]
    precision = ((second * inside).sum((1, 2, 3)) / second.sum((1, 2, 3))).clamp_min(1e-6).log().mean()
    like_teacher = correlation(loudness[:n], length) if length is not None else torch.zeros((), device=codes.device)
    return found - PRECISION * precision - teacher_weight * like_teacher, precision.exp()

"""What containers do: images, behaviours and their cost. It knows of no API: the kubelet asks, a behaviour answers."""

// Names that are made of others before compilation, such as kernels_avx2 of the instruction set avx2.
#pragma once

#define JOIN_(a, b) a##b
#define JOIN(a, b) JOIN_(a, b)
#define TEXT_(a) #a
#define TEXT(a) TEXT_(a)

/* Loads a VST3 module as a host on Windows does, and prints the name and category of each class in it. */
#include <stdint.h>
#include <stdio.h>
#include <windows.h>

typedef struct {
    char id[16];
    int32_t cardinality;
    char category[32];
    char name[64];
} ClassInfo;

typedef struct Factory Factory;

/* IPluginFactory: FUnknown's three functions, then its own. */
typedef struct {
    int32_t (*query_interface)(Factory *, const char *, void **);
    uint32_t (*add_ref)(Factory *);
    uint32_t (*release)(Factory *);
    int32_t (*factory_info)(Factory *, void *);
    int32_t (*count_classes)(Factory *);
    int32_t (*class_info)(Factory *, int32_t, ClassInfo *);
} FactoryTable;

struct Factory {
    const FactoryTable *table;
};

int wmain(int count, wchar_t **arguments) {
    HMODULE module = count == 2 ? LoadLibraryW(arguments[1]) : NULL;
    if (!module) {
        fprintf(stderr, "the module cannot be loaded (error %lu)\n", GetLastError());
        return 1;
    }
    BOOL (*init)(void) = (BOOL(*)(void))GetProcAddress(module, "InitDll");
    BOOL (*quit)(void) = (BOOL(*)(void))GetProcAddress(module, "ExitDll");
    Factory *(*get)(void) = (Factory * (*)(void)) GetProcAddress(module, "GetPluginFactory");
    if (!get || (init && !init())) {
        fprintf(stderr, "the module exports no GetPluginFactory, or does not start\n");
        return 1;
    }
    Factory *factory = get();
    int32_t classes = factory ? factory->table->count_classes(factory) : 0;
    for (int32_t index = 0; index < classes; index++) {
        ClassInfo info = {0};
        if (factory->table->class_info(factory, index, &info) != 0) {
            fprintf(stderr, "class %d has no description\n", index);
            return 1;
        }
        printf("%.64s (%.32s)\n", info.name, info.category);
    }
    if (factory) {
        factory->table->release(factory);
    }
    if (quit && !quit()) {
        fprintf(stderr, "the module does not end\n");
        return 1;
    }
    FreeLibrary(module);
    return classes > 0 ? 0 : 1;
}

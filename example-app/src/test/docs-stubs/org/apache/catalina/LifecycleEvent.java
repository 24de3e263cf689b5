package org.apache.catalina;

public final class LifecycleEvent extends java.util.EventObject {
    private static final long serialVersionUID = 1L;

    public LifecycleEvent(Object source) {
        super(source);
    }

    public String getType() {
        throw new UnsupportedOperationException();
    }
}
